import assert from "node:assert/strict";
import { test } from "node:test";
import { Call } from "../../../static/js/room/connection/call.js";
import { FakePeerConnection, FakeTimers, settled, stream } from "./fakes.mjs";

const HELLO = { t: "hello", polite: false, ice: { servers: [], exp: null }, peer: { here: false, pc: "", media: {} } };
const there = (pc) => ({ ...HELLO, peer: { here: true, pc, media: { mic: true, cam: true } } });

function page({ kinds = ["audio", "video"] } = {}) {
  const timers = new FakeTimers();
  const made = [];
  const sent = [];
  const announced = [];
  const seen = { fresh: 0, other: [], media: [] };
  const signal = { joined: true, send: (frame) => sent.push(frame), announce: (pc) => announced.push(pc) };
  let ids = 0;
  const call = new Call({
    make: (config) => made[made.push(new FakePeerConnection(config)) - 1],
    newId: () => `id${++ids}`,
    signal,
    timers,
    stream: kinds.length ? stream(...kinds) : null,
    on: {
      track() {},
      state() {},
      fresh: () => (seen.fresh += 1),
      other: (here) => seen.other.push(here),
      media: (media) => seen.media.push(media),
    },
  });
  const take = async (...frames) => {
    for (const frame of frames) call.take(frame);
    await settled();
  };
  const pass = async (ms) => {
    timers.pass(ms);
    await settled();
  };
  return { call, timers, made, sent, announced, seen, signal, take, pass };
}

const answer = (to, from, n = 1) => ({ t: "desc", n, pc: from, to, d: { type: "answer", sdp: "v=0 a" } });
const offer = (to, from, n = 1) => ({ t: "desc", n, pc: from, to, d: { type: "offer", sdp: "v=0 o" } });
const words = (sent) => sent.filter((frame) => frame.t === "desc").map((frame) => `${frame.d.type} to ${frame.to}`);

async function connected(options) {
  const room = page(options);
  await room.take(there("theirs1"));
  await room.pass(0);
  await room.take(answer("id1", "theirs1"));
  room.made[0].becomes("connected");
  return room;
}

test("nobody offers before the other side is there", async () => {
  const { sent, take, pass } = page();
  await take(HELLO);
  await pass(60_000);
  assert.deepEqual(words(sent), []);
});

test("the impolite side opens as soon as the other is there", async () => {
  const { sent, take, pass } = page();
  await take(HELLO, { t: "peer", ev: "up", pc: "theirs1" });
  await pass(0);
  assert.deepEqual(words(sent), ["offer to theirs1"]);
});

test("the polite side waits for the offer, but not for ever", async () => {
  const { sent, take, pass } = page();
  await take({ ...there("theirs1"), polite: true });
  await pass(1_000);
  assert.deepEqual(words(sent), []);
  await pass(1_000);
  assert.deepEqual(words(sent), ["offer to theirs1"]);
});

test("a first meeting that leads nowhere is begun anew after 20 seconds, whatever the socket did meanwhile", async () => {
  const { made, announced, take, pass } = page();
  await take(there("theirs1"));
  await pass(15_000);
  await take(there("theirs1"));
  assert.equal(made.length, 1);
  await pass(5_000);
  assert.deepEqual([made.length, announced], [2, ["id2"]]);
});

test("of a disturbed path the impolite side restarts ICE, the polite one waits for it", async () => {
  const impolite = await connected();
  const polite = page();
  await polite.take({ ...there("theirs1"), polite: true }, offer("id1", "theirs1"));
  polite.made[0].becomes("connected");
  for (const { made, pass } of [impolite, polite]) {
    made[0].becomes("disconnected");
    await pass(3_000);
  }
  assert.deepEqual([impolite.made[0].restarts, polite.made[0].restarts], [1, 0]);
});

test("nothing is tried while the other side is away, and nothing sent to it", async () => {
  const { made, sent, take, pass } = await connected();
  const before = sent.length;
  await take({ t: "peer", ev: "down" });
  made[0].becomes("failed");
  await pass(30_000);
  assert.deepEqual([made[0].restarts, sent.length], [0, before]);
});

test("a call that is closed while its devices open builds nothing", async () => {
  const { call, made, take } = page();
  let opened;
  call.opening = new Promise((done) => (opened = done));
  await take(there("theirs1"));
  call.close();
  opened(null);
  await settled();
  assert.equal(made.length, 0);
});

test("a closed call leaves no timer behind", async () => {
  const { call, made, timers } = await connected();
  made[0].becomes("disconnected");
  call.close();
  assert.equal(timers.waiting.size, 0);
});

test("a candidate that does not fit stops none of the frames behind it", async () => {
  const { seen, take } = await connected();
  await take({ t: "cand", n: 2, pc: "theirs1", to: "id1", c: { candidate: "bad" } }, { t: "media", mic: true, cam: false });
  assert.deepEqual([seen.media.at(-1).mic, seen.media.at(-1).cam], [true, false]);
});

test("a track that comes while the clock stands is not heard before it runs", async () => {
  const { call, made } = await connected();
  call.setSending(false);
  const track = { kind: "audio", enabled: true };
  made[0].ontrack({ track });
  assert.equal(track.enabled, false);
});

test("a clock that goes on running touches no track", async () => {
  const { call } = await connected();
  call.peer.setSending = () => assert.fail("the tracks were set again");
  call.setSending(true);
});

test("without devices it is still a call with a data channel", async () => {
  const { made, take } = page({ kinds: [] });
  await take(HELLO);
  assert.deepEqual(made[0].channel.options, { negotiated: true, id: 0 });
  assert.deepEqual(made[0].places, [["recvonly", "audio"], ["recvonly", "video"]]);
});

test("a reload of the other side builds anew", async () => {
  const { made, announced, sent, take, pass } = await connected();
  await take({ t: "peer", ev: "up", pc: "theirs2" });
  await pass(0);
  assert.equal(made[0].closed, true);
  assert.deepEqual(announced, ["id2"]);
  assert.equal(words(sent).at(-1), "offer to theirs2");
});

test("two fresh connections that meet are not built anew", async () => {
  const { made, sent, take, pass } = page();
  await take(there("theirs1"));
  await pass(0);
  await take({ t: "peer", ev: "up", pc: "theirs2" });
  assert.equal(made.length, 1);
  assert.deepEqual(words(sent), ["offer to theirs1", "offer to theirs2"]);
});

test("a socket that came back does not touch the media", async () => {
  const { made, take } = await connected();
  await take({ t: "peer", ev: "down" }, there("theirs1"), { t: "peer", ev: "up", pc: "theirs1" });
  assert.equal(made.length, 1);
  assert.equal(made[0].restarts, 0);
});

test("what was pending is sent again after a lost socket, and heard once", async () => {
  const { made, sent, take, pass } = page();
  await take(there("theirs1"));
  await pass(0);
  await take(there("theirs1"));
  assert.deepEqual(words(sent), ["offer to theirs1", "offer to theirs1"]);
  assert.equal(sent[0].n, sent.at(-1).n);
  await take(answer("id1", "theirs1"), answer("id1", "theirs1"));
  assert.equal(made[0].signalingState, "stable");
});

test("frames for or from another connection are dropped", async () => {
  const { made, take } = await connected();
  await take(offer("id0", "theirs1", 5), offer("id1", "theirs0", 6));
  assert.equal(made[0].remoteDescription.type, "answer");
});

test("a failed path is restarted, more and more slowly, and at last built anew", async () => {
  const { made, announced, pass } = await connected();
  made[0].becomes("failed");
  await pass(0);
  assert.equal(made[0].restarts, 1);
  await pass(4_000);
  assert.equal(made[0].restarts, 2);
  await pass(8_000);
  assert.equal(made[0].restarts, 3);
  await pass(8_000);
  assert.deepEqual(announced, ["id2"]);
});

test("a restart waits until the socket is back", async () => {
  const { made, signal, take, pass } = await connected();
  signal.joined = false;
  made[0].becomes("failed");
  await pass(30_000);
  assert.equal(made[0].restarts, 0);
  signal.joined = true;
  await take(there("theirs1"));
  await pass(0);
  assert.equal(made[0].restarts, 1);
});

test("a short disturbance heals by itself", async () => {
  const { made, pass } = await connected();
  made[0].becomes("disconnected");
  await pass(1_000);
  made[0].becomes("connected");
  await pass(10_000);
  assert.equal(made[0].restarts, 0);
});

test("credentials that end soon are renewed before a restart", async () => {
  const { call, made, sent, timers, take, pass } = await connected();
  call.ice = { servers: [], exp: timers.now() / 1000 + 60 };
  made[0].becomes("failed");
  await pass(0);
  assert.deepEqual(sent.at(-1), { t: "turn" });
  await take({ t: "turn", servers: [{ urls: ["turn:x"] }], exp: 2e9, policy: "relay" });
  assert.equal(made[0].restarts, 1);
  assert.deepEqual(made[0].config, { iceServers: [{ urls: ["turn:x"] }], iceTransportPolicy: "relay" });
});

test("while the clock stands nothing is sent, also by a new connection", async () => {
  const { call, take, pass } = await connected();
  const senders = () => [...call.peer.places.values()].map(({ sender }) => sender.track);
  call.setSending(false);
  assert.deepEqual(senders(), [null, null]);
  await take({ t: "peer", ev: "up", pc: "theirs2" });
  await pass(0);
  assert.deepEqual(senders(), [null, null]);
  call.setSending(true);
  assert.ok(senders().every(Boolean));
});

test("what the other side switched on is passed on", async () => {
  const { seen, take } = await connected();
  await take({ t: "media", mic: false, cam: true });
  assert.deepEqual([seen.media.at(-1).mic, seen.media.at(-1).cam], [false, true]);
});

test("the polite side that was met does not offer again", async () => {
  const { sent, take, pass } = page();
  await take({ ...there("theirs1"), polite: true }, offer("id1", "theirs1"));
  await pass(5_000);
  assert.deepEqual(words(sent), ["answer to theirs1"]);
});

const sentBy = (made) => made.transceivers.map((place) => [place.receiver.track.kind, place.direction, place.sender.track?.id ?? ""]);

test("another track goes out where the first one did, without a new description", async () => {
  const { call, made, sent } = await connected();
  const before = sent.length;
  call.peer.replace("video", { kind: "video", id: "screen" });
  assert.deepEqual(sentBy(made[0])[1], ["video", "sendrecv", "screen"]);
  call.peer.replace("video", null);
  assert.deepEqual(sentBy(made[0])[1], ["video", "sendrecv", ""]);
  assert.equal(sent.length, before);
});

test("who has no camera can show a screen: the place that only received sends too", async () => {
  const { call, made } = await connected({ kinds: ["audio"] });
  assert.deepEqual(sentBy(made[0])[1], ["video", "recvonly", ""]);
  call.peer.replace("video", { kind: "video", id: "screen" });
  assert.deepEqual(sentBy(made[0])[1], ["video", "sendrecv", "screen"]);
});

test("nothing instead of nothing opens no place", async () => {
  const { call, made } = await connected({ kinds: ["audio"] });
  call.peer.replace("video", null);
  assert.equal(sentBy(made[0])[1][1], "recvonly");
});

test("a track that is exchanged while the clock stands goes out when it runs again", async () => {
  const { call, made } = await connected();
  call.setSending(false);
  call.peer.replace("video", { kind: "video", id: "other camera" });
  assert.equal(sentBy(made[0])[1][2], "");
  call.setSending(true);
  assert.equal(sentBy(made[0])[1][2], "other camera");
});

test("a closed connection takes no track, and does not stumble", async () => {
  const { call } = await connected({ kinds: ["audio"] });
  const { peer } = call;
  call.close();
  peer.replace("video", { kind: "video", id: "screen" });
});
