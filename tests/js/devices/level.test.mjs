import assert from "node:assert/strict";
import { test } from "node:test";
import { Hearing, loudness } from "../../../static/js/devices/level.js";

function ear() {
  let time = 0;
  const hearing = new Hearing({ now: () => time });
  const hear = (level, ms = 100) => {
    time += ms;
    return hearing.take(level);
  };
  return { hearing, hear };
}

test("silence is nothing, a full wave is all", () => {
  assert.equal(loudness(new Uint8Array(64).fill(128)), 0);
  assert.equal(loudness(Uint8Array.from({ length: 64 }, (_, at) => (at % 2 ? 255 : 0))), 1);
  assert.equal(loudness(new Uint8Array(0)), 0);
});

test("speech is somewhere between", () => {
  const level = loudness(Uint8Array.from({ length: 64 }, (_, at) => (at % 2 ? 138 : 118)));
  assert.ok(level > 0.2 && level < 0.5, String(level));
});

test("a cough is not speech yet; a word is", () => {
  const { hear } = ear();
  assert.equal(hear(0.4), "");
  assert.equal(hear(0), "");
  hear(0.4);
  assert.equal(hear(0.4), "heard");
});

test("who is not heard for six seconds is told", () => {
  const { hear } = ear();
  assert.equal(hear(0.01, 5_900), "");
  assert.equal(hear(0.01, 200), "quiet");
});

test("who was heard, pauses, and speaks again is heard again", () => {
  const { hear } = ear();
  for (let word = 0; word < 3; word += 1) hear(0.3);
  assert.equal(hear(0, 3_000), "heard");
  assert.equal(hear(0, 4_000), "quiet");
  for (let word = 0; word < 2; word += 1) hear(0.3);
  assert.equal(hear(0.3), "heard");
});
