import assert from "node:assert/strict";
import { test } from "node:test";
import { Layout } from "../../../static/js/room/stage/layout.js";
import { Share } from "../../../static/js/room/own_media/share.js";
import { refusal, track } from "../devices/fakes.mjs";

function sharer({ ask, theirs = false } = {}) {
  const said = [];
  const own = { screen: null, spare: { mine: false, theirs }, share: (one) => (own.screen = one),
    setSpare: (whose, on) => (own.spare[whose] = on) };
  const screen = track("video");
  const share = new Share({ own, name: "Ann", say: (words) => said.push(words),
    ask: ask ?? (async () => ({ getVideoTracks: () => [screen] })) });
  return { share, own, said, screen };
}

test("a press shares, the next one stops", async () => {
  const { share, own, screen } = sharer();
  await share.toggle();
  assert.equal(own.screen, screen);
  assert.equal(screen.contentHint, "detail");
  await share.toggle();
  assert.equal(own.screen, null);
});

test("two quick presses ask once", async () => {
  let asked = 0;
  const { share } = sharer({ ask: () => new Promise(() => (asked += 1)) });
  share.toggle();
  share.toggle();
  assert.equal(asked, 1);
});

test("who closes the browser's question is not lectured", async () => {
  const { share, own, said } = sharer({ ask: async () => { throw refusal("NotAllowedError"); } });
  await share.toggle();
  assert.deepEqual([own.screen, said], [null, [""]]);
});

test("a system that forbids recording is named", async () => {
  const ask = async () => { throw Object.assign(new Error("Permission denied by system"), { name: "NotAllowedError" }); };
  const { share, said } = sharer({ ask });
  await share.toggle();
  assert.match(said[0], /system's settings/);
});

test("what cannot be recorded says so, and the next press asks again", async () => {
  let asked = 0;
  const ask = async () => { asked += 1; throw refusal("NotReadableError"); };
  const { share, said } = sharer({ ask });
  await share.toggle();
  await share.toggle();
  assert.match(said[0], /Choose another window/);
  assert.equal(asked, 2);
});

test("while the other's line is too weak for pictures, sharing says so instead of asking", async () => {
  const { share, said } = sharer({ theirs: true, ask: () => assert.fail("asked") });
  await share.toggle();
  assert.match(said[0], /Ann's connection is weak, so video is off/);
});

test("who shares in sound-only wants pictures again", async () => {
  const { share, own } = sharer();
  own.spare.mine = true;
  await share.toggle();
  assert.equal(own.spare.mine, false);
});

const look = ({ large, first }) => [large, first];

test("the two are side by side, and swapped by a press", () => {
  const layout = new Layout();
  assert.deepEqual(look(layout), ["", "other"]);
  layout.swap();
  assert.deepEqual(look(layout), ["", "own"]);
});

test("a shared screen is large, until one would rather see oneself", () => {
  const layout = new Layout();
  layout.share(true);
  assert.deepEqual(look(layout), ["other", "other"]);
  layout.swap();
  layout.share(true);
  assert.deepEqual(look(layout), ["own", "own"]);
});

test("a screen begins large whatever was swapped before, and what was swapped comes back after it", () => {
  const layout = new Layout();
  layout.swap();
  layout.share(true);
  assert.deepEqual(look(layout), ["other", "other"]);
  layout.swap();
  layout.share(false);
  assert.deepEqual(look(layout), ["", "own"]);
  layout.share(true);
  assert.deepEqual(look(layout), ["other", "other"]);
});
