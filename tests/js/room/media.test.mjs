import assert from "node:assert/strict";
import { test } from "node:test";
import { neither } from "../../../static/js/devices/open.js";
import { missing, openedOrSkipped } from "../../../static/js/room/own_media/open.js";
import { track } from "../devices/fakes.mjs";
import { settled } from "./fakes.mjs";

const both = () => ({ audio: { track: track("audio"), problem: "" }, video: { track: track("video"), problem: "" } });
const stopped = ({ audio, video }) => [audio.track.stopped, video.track.stopped];

test("a camera that is allowed after the skip does not stay on", async () => {
  const media = both();
  let allow;
  const opened = new Promise((resolve) => (allow = resolve));
  const chosen = await openedOrSkipped(opened, Promise.resolve(neither("")));
  assert.equal(chosen.audio.track, null);
  allow(media);
  await settled();
  assert.deepEqual(stopped(media), [true, true]);
});

test("a camera that was waited for stays on", async () => {
  const media = both();
  assert.equal(await openedOrSkipped(Promise.resolve(media), new Promise(() => {})), media);
  await settled();
  assert.deepEqual(stopped(media), [false, false]);
});

test("what is missing is named, and nothing else", () => {
  const one = (audio, video) => missing({ audio: { track: null, problem: audio }, video: { track: null, problem: video } });
  assert.equal(one("", ""), "");
  assert.match(one("", "none"), /^No camera was found\. Plug one in and press Try again\. Others can still hear you\.$/);
  assert.match(one("in-use", ""), /using the microphone\./);
  assert.match(one("blocked", "blocked"), /blocks the camera or microphone.*Try again/);
  assert.match(one("insecure", "insecure"), /https/);
  assert.match(one("cannot", "cannot"), /current Firefox/);
});
