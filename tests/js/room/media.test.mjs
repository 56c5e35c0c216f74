import assert from "node:assert/strict";
import { test } from "node:test";
import { nothing, openedOrSkipped, openMedia, WORDS } from "../../../static/js/room/media.js";
import { settled, stream } from "./fakes.mjs";

const refusal = (name) => Object.assign(new Error(name), { name });

/** @param {(wish: any) => any} give */
const devices = (give) => ({ getUserMedia: async (wish) => give(wish) });

test("camera and microphone", async () => {
  const media = await openMedia({ devices: devices(() => stream("audio", "video")), secure: true });
  assert.deepEqual([media.mic, media.cam, media.problem], [true, true, ""]);
});

test("without a camera sound alone, and it says why", async () => {
  const give = (wish) => {
    if (wish.video) throw refusal("NotFoundError");
    return stream("audio");
  };
  const media = await openMedia({ devices: devices(give), secure: true });
  assert.deepEqual([media.mic, media.cam, media.problem], [true, false, "none"]);
});

for (const [name, problem] of [["NotAllowedError", "blocked"], ["NotReadableError", "in-use"], ["NotFoundError", "none"], ["TypeError", "cannot"]]) {
  test(`${name} is told as ${problem}, and the call goes on without devices`, async () => {
    const media = await openMedia({ devices: devices(() => { throw refusal(name); }), secure: true });
    assert.deepEqual([media.stream, media.problem], [null, problem]);
    assert.ok(WORDS[problem]);
  });
}

test("a page over plain http says so", async () => {
  assert.equal((await openMedia({ devices: undefined, secure: false })).problem, "insecure");
});

test("a browser without devices at all says so", async () => {
  assert.equal((await openMedia({ devices: undefined, secure: true })).problem, "cannot");
});

/** Devices that note whether they still run. */
function running() {
  const media = { ...nothing(""), stream: stream("audio", "video") };
  for (const track of media.stream.getTracks()) track.stop = () => (track.stopped = true);
  return { media, stopped: () => media.stream.getTracks().map((track) => track.stopped ?? false) };
}

test("a camera that is allowed after the skip does not stay on", async () => {
  const { media, stopped } = running();
  let allow;
  const opened = new Promise((resolve) => (allow = resolve));
  const chosen = await openedOrSkipped(opened, Promise.resolve(nothing("")));
  assert.equal(chosen.stream, null);
  allow(media);
  await settled();
  assert.deepEqual(stopped(), [true, true]);
});

test("a camera that was waited for stays on", async () => {
  const { media, stopped } = running();
  assert.equal(await openedOrSkipped(Promise.resolve(media), new Promise(() => {})), media);
  await settled();
  assert.deepEqual(stopped(), [false, false]);
});
