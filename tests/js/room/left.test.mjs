import assert from "node:assert/strict";
import { test } from "node:test";
import { countDown } from "../../../static/js/room/left.js";
import { FakeTimers, settled } from "./fakes.mjs";

function left(seconds, answers = async () => {}) {
  const timers = new FakeTimers();
  const told = { shown: [], reloads: 0, cover: true };
  countDown(seconds, {
    timers,
    answers,
    show: (left) => told.shown.push(left),
    shown: () => told.cover,
    reload: () => (told.reloads += 1),
  });
  return { timers, told };
}

test("the way back counts down, and the page looks again two seconds later, not at once", async () => {
  const { timers, told } = left(2);
  timers.pass(3_900);
  await settled();
  assert.deepEqual([told.shown, told.reloads], [[2, 1, 0], 0]);
  timers.pass(100);
  await settled();
  assert.equal(told.reloads, 1);
});

test("a page that comes with nothing left does not load itself in a circle", async () => {
  const { timers, told } = left(0);
  timers.pass(1_900);
  await settled();
  assert.equal(told.reloads, 0);
});

test("who returned is not reloaded", async () => {
  const { timers, told } = left(1);
  timers.pass(500);
  told.cover = false;
  timers.pass(10_000);
  await settled();
  assert.equal(told.reloads, 0);
});

test("who returned in the last two seconds is neither asked for nor reloaded", async () => {
  let asked = 0;
  const { timers, told } = left(0, async () => (asked += 1));
  told.cover = false;
  timers.pass(10_000);
  await settled();
  assert.deepEqual([asked, told.reloads], [0, 0]);
});

test("while the server is away the page stays and looks again", async () => {
  const outcomes = [false, false, true];
  const { timers, told } = left(0, async () => assert.ok(outcomes.shift()));
  for (let look = 0; look < 3; look += 1) {
    assert.equal(told.reloads, 0);
    timers.pass(2_000);
    await settled();
  }
  assert.equal(told.reloads, 1);
});
