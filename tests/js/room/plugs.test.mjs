import assert from "node:assert/strict";
import { test } from "node:test";
import { Plugs } from "../../../static/js/room/own_media/plugs.js";
import { track } from "../devices/fakes.mjs";
import { settled } from "./fakes.mjs";

const gone = { track: null, problem: "none" };

function page({ open = () => gone, has = () => true, tracks = { audio: track("audio"), video: track("video") } } = {}) {
  const said = [];
  const own = { tracks, take: (kind, one) => (tracks[kind] = one), lost() {} };
  const plugs = new Plugs({ own, open: async (kind, id) => open(kind, id), has: async (kind) => has(kind),
    say: (words, again) => said.push([words, again]) });
  return { own, plugs, said, tracks };
}

const opens = (label) => (kind) => ({ track: Object.assign(track(kind), { label }), problem: "" });

test("an unplugged camera is named, and another one taken", async () => {
  const { own, said, tracks } = page({ open: opens("Small camera") });
  own.lost("video", "Big camera");
  await settled();
  assert.equal(tracks.video.label, "Small camera");
  assert.match(said[0][0], /camera \(Big camera\) was disconnected.*Using Small camera instead/);
});

test("where there is no other, it says the way out", async () => {
  const { own, said } = page();
  own.lost("audio", "");
  await settled();
  assert.match(said[0][0], /Your microphone was disconnected\. Plug it back in/);
  assert.equal(said[0][1], true);
});

test("what was lost is taken again when it comes back, by itself", async () => {
  let there = false;
  const { own, plugs, said, tracks } = page({ open: (kind) => (there ? opens("Big camera")(kind) : gone), has: () => there });
  tracks.video = null;
  own.lost("video", "Big camera");
  await settled();
  await plugs.changed();
  assert.equal(tracks.video, null);
  there = true;
  await plugs.changed();
  assert.equal(tracks.video.label, "Big camera");
  assert.equal(said.at(-1)[0], "Your camera is connected again.");
  await plugs.changed();
  assert.equal(said.length, 2);
});

test("plugging in something else opens nothing", async () => {
  const { plugs } = page({ open: () => assert.fail("opened") });
  await plugs.changed();
});

test("a chosen microphone takes the place of the one before", async () => {
  const { plugs, tracks } = page({ open: (kind, id) => opens(id)(kind) });
  assert.equal(await plugs.choose("audio", "mic2"), "");
  assert.equal(tracks.audio.label, "mic2");
});

test("a machine that opens one camera at a time closes the first one", async () => {
  const { plugs, tracks } = page({ open: (kind, id) => (tracks.video ? { track: null, problem: "in-use" } : opens(id)(kind)) });
  assert.equal(await plugs.choose("video", "cam2"), "");
  assert.equal(tracks.video.label, "cam2");
});

test("a choice that cannot be had keeps what one had", async () => {
  const { plugs, tracks } = page({ open: () => ({ track: null, problem: "none" }) });
  const before = tracks.video;
  assert.equal(await plugs.choose("video", "cam9"), "none");
  assert.equal(tracks.video, before);
});

test("Try again opens what is missing and leaves the rest alone", async () => {
  const asked = [];
  const { plugs, tracks } = page({ tracks: { audio: track("audio"), video: null }, open: (kind) => {
    asked.push(kind);
    return opens("Big camera")(kind);
  } });
  const result = await plugs.again();
  assert.deepEqual([asked, result.video.problem, tracks.video.label], [["video"], "", "Big camera"]);
});

test("Try again that fails says why", async () => {
  const { plugs } = page({ tracks: { audio: null, video: null }, open: () => ({ track: null, problem: "blocked" }) });
  const { audio, video } = await plugs.again();
  assert.deepEqual([audio.problem, video.problem], ["blocked", "blocked"]);
});
