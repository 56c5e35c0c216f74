import assert from "node:assert/strict";
import { test } from "node:test";
import { Own } from "../../../static/js/room/own_media/own_media.js";
import { track } from "../devices/fakes.mjs";

/** A MediaStream as far as it is used. */
function outgoing() {
  const tracks = new Set();
  return { getTracks: () => [...tracks], addTrack: (one) => tracks.add(one), removeTrack: (one) => tracks.delete(one) };
}

function person({ mic = track("audio"), camera = track("video") } = {}) {
  const told = [];
  const sent = { audio: null, video: null };
  const own = new Own({ stream: outgoing(), tell: (media) => told.push(media) });
  own.begin({ audio: mic, video: camera });
  own.peer = { replace: (kind, one) => (sent[kind] = one) };
  const out = (kind) => own.stream.getTracks().find((one) => one.kind === kind) ?? null;
  return { own, told, sent, mic, camera, out };
}

test("nothing is told before the devices were asked for", () => {
  const told = [];
  const own = new Own({ stream: outgoing(), tell: (media) => told.push(media) });
  own.tell();
  assert.deepEqual(told, []);
});

test("what is switched on is told, and what is missing is off", () => {
  assert.deepEqual(person().told.at(-1), { mic: true, cam: true, screen: false, spare: false });
  assert.deepEqual(person({ camera: null }).told.at(-1), { mic: true, cam: false, screen: false, spare: false });
});

test("mute silences the track and is told", () => {
  const { own, mic, told } = person();
  own.toggle("audio");
  assert.equal(mic.enabled, false);
  assert.equal(told.at(-1).mic, false);
  own.toggle("audio");
  assert.equal(mic.enabled, true);
});

test("another microphone stays muted when one was muted", () => {
  const { own, mic, sent } = person();
  own.toggle("audio");
  const other = track("audio");
  own.take("audio", other);
  assert.deepEqual([other.enabled, mic.stopped, sent.audio], [false, true, other]);
});

test("the screen goes out instead of the camera, and the camera comes back", () => {
  const { own, camera, sent, told } = person();
  const screen = track("video");
  own.share(screen);
  assert.equal(sent.video, screen);
  assert.equal(told.at(-1).screen, true);
  own.share(null);
  assert.deepEqual([sent.video, screen.stopped, camera.stopped, told.at(-1).screen], [camera, true, false, false]);
});

test("sharing that the browser's own bar ends is noticed", () => {
  const { own, camera, sent } = person();
  let noticed = 0;
  own.unshared = () => (noticed += 1);
  const screen = track("video");
  own.share(screen);
  screen.onended();
  assert.deepEqual([sent.video, own.screen, noticed], [camera, null, 1]);
});

test("a connection that is built anew while the screen is shared begins with the screen", () => {
  const { own, out, mic } = person();
  const screen = track("video");
  own.share(screen);
  assert.deepEqual([out("audio"), out("video")], [mic, screen]);
});

test("another camera during a share does not replace the screen", () => {
  const { own, sent } = person();
  const screen = track("video");
  const other = track("video");
  own.share(screen);
  own.take("video", other);
  assert.equal(sent.video, screen);
  own.share(null);
  assert.equal(sent.video, other);
});

test("sound alone: no picture goes out, and the other side is asked to send none", () => {
  const { own, sent, told, mic, out } = person();
  own.setSpare("mine", true);
  assert.deepEqual([sent.video, out("audio")], [null, mic]);
  assert.deepEqual(told.at(-1), { mic: true, cam: false, screen: false, spare: true });
  own.setSpare("mine", false);
  assert.equal(told.at(-1).cam, true);
});

test("who is asked to send no pictures does not ask in turn", () => {
  const { own, sent, told, camera } = person();
  own.setSpare("theirs", true);
  assert.deepEqual([sent.video, told.at(-1).spare], [null, false]);
  own.setSpare("theirs", false);
  assert.equal(sent.video, camera);
});

test("a camera that is pulled out is told as off and named", () => {
  const { own, camera, told, sent } = person();
  const lost = [];
  own.lost = (kind, label) => lost.push([kind, label]);
  camera.label = "Big camera";
  camera.onended();
  assert.deepEqual([lost, told.at(-1).cam, sent.video], [[["video", "Big camera"]], false, null]);
});

test("the end of a camera that was exchanged is no loss", () => {
  const { own, camera } = person();
  own.lost = () => assert.fail("told as lost");
  own.take("video", track("video"));
  camera.onended?.();
});

test("after the end nothing runs, and what comes late is switched off", () => {
  const { own, mic, camera, told } = person();
  const before = told.length;
  own.stop();
  const late = track("video");
  own.take("video", late);
  own.share(track("video"));
  assert.deepEqual([mic.stopped, camera.stopped, late.stopped, own.screen], [true, true, true, null]);
  own.tell();
  assert.equal(told.length, before);
});
