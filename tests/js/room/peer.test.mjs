import assert from "node:assert/strict";
import { test } from "node:test";
import { Peer } from "../../../static/js/room/connection/peer.js";
import { FakePeerConnection, FakeTimers, settled, stream } from "./fakes.mjs";

const OFFER = { type: "offer", sdp: "v=0 theirs" };
const candidate = (name) => ({ candidate: `candidate:${name}`, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "x" });

/** One connection of ours, "mine", and what it says and tells. */
function side({ polite = true, kinds = ["audio", "video"], sending = true } = {}) {
  const timers = new FakeTimers();
  const [sent, states, tracks] = [[], [], []];
  const pc = new FakePeerConnection();
  const peer = new Peer({
    make: () => pc, config: {}, id: "mine", polite, sending, timers,
    stream: kinds.length ? stream(...kinds) : null,
    send: (frame) => sent.push(frame),
    on: { state: (state) => states.push(state), track: (track) => tracks.push(track) },
  });
  let n = 0;
  const hear = (frame) => peer.hear({ n: ++n, pc: "theirs", to: "mine", ...frame });
  return { peer, pc, timers, sent, states, tracks, hear };
}

/** It has answered an offer of "theirs". */
async function met(options) {
  const room = side(options);
  room.peer.meet("theirs");
  await room.hear({ t: "desc", d: OFFER });
  return room;
}
const kindsOf = (sent) => sent.map((frame) => frame.d?.type ?? frame.t);

test("a frame that comes twice is applied once", async () => {
  const { pc, hear, sent } = await met();
  await hear({ t: "cand", n: 2, c: candidate("a") });
  await hear({ t: "cand", n: 2, c: candidate("a") });
  await hear({ t: "cand", n: 1, c: candidate("older") });
  await hear({ t: "desc", n: 1, d: OFFER });
  assert.deepEqual(pc.candidates.map((one) => one.candidate), ["candidate:a"]);
  assert.deepEqual(kindsOf(sent), ["answer"]);
});

test("another connection of the other side counts from one", async () => {
  const { peer, pc, hear } = side();
  peer.meet("theirs");
  await hear({ t: "cand", n: 9, c: candidate("for nobody yet") });
  peer.meet("theirs2");
  await hear({ t: "desc", pc: "theirs2", n: 1, d: OFFER });
  assert.equal(pc.remoteDescription, OFFER);
});

test("an answer that may be lost is said again when the other side is back, with its number", async () => {
  const { peer, pc, sent } = await met();
  pc.onicecandidate({ candidate: candidate("mine") });
  peer.meet("theirs");
  assert.deepEqual(kindsOf(sent), ["answer", "cand", "answer", "cand"]);
  assert.deepEqual(sent.map((frame) => frame.n), [1, 2, 1, 2]);
});

test("what belongs to an older description is not said again", async () => {
  const { peer, pc, hear, sent } = await met();
  pc.onicecandidate({ candidate: candidate("old") });
  await hear({ t: "desc", d: { ...OFFER, sdp: "v=0 newer" } });
  sent.length = 0;
  peer.resend();
  assert.deepEqual(kindsOf(sent), ["answer"]);
});

test("the end of the candidates is not told as one", async () => {
  const { pc, sent } = await met();
  pc.onicecandidate({ candidate: null });
  assert.deepEqual(kindsOf(sent), ["answer"]);
});

test("a browser that wants to negotiate offers once the two have met, and not before", async () => {
  const { peer, pc, hear, sent } = side();
  pc.onnegotiationneeded();
  peer.meet("theirs");
  pc.onnegotiationneeded();
  await settled();
  assert.deepEqual(kindsOf(sent), [], "the polite side waits for the first offer");
  await hear({ t: "desc", d: OFFER });
  pc.onnegotiationneeded();
  await settled();
  assert.deepEqual(kindsOf(sent), ["answer", "offer"]);
});

test("the side that answers brings no empty places: they would be offered a second time", () => {
  assert.deepEqual(side({ polite: true, kinds: [] }).pc.places, []);
  assert.deepEqual(side({ polite: false, kinds: [] }).pc.places, [["recvonly", "audio"], ["recvonly", "video"]]);
});

test("while nothing may flow, what comes in is not heard either", () => {
  const { peer, pc } = side({ sending: false });
  const heard = () => pc.getReceivers().map(({ track }) => track.enabled);
  assert.deepEqual(heard(), [false, false]);
  peer.setSending(true);
  assert.deepEqual(heard(), [true, true]);
});

test("a closed connection offers nothing, tells nothing and keeps no timer", async () => {
  const { peer, pc, timers, sent, states } = side({ polite: false });
  peer.channel.onmessage = peer.channel.onopen = () => assert.fail("a closed channel is heard");
  peer.meet("theirs");
  peer.close();
  pc.becomes("failed");
  peer.channel.onmessage?.({ data: "late" });
  assert.equal(timers.waiting.size, 0);
  timers.pass(10_000);
  await settled();
  assert.deepEqual([sent, states, pc.closed], [[], [], true]);
});
