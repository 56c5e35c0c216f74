import assert from "node:assert/strict";
import { test } from "node:test";
import { Negotiation } from "../../../static/js/room/connection/negotiation.js";
import { FakePeerConnection } from "./fakes.mjs";

const OFFER = { type: "offer", sdp: "v=0 theirs" };

function side(polite) {
  const said = [];
  const pc = new FakePeerConnection();
  return { pc, said, negotiation: new Negotiation({ pc, polite, say: (word) => said.push(word) }) };
}

test("an offer is answered", async () => {
  const { negotiation, said } = side(true);
  await negotiation.describe(OFFER);
  assert.deepEqual(said.map((word) => word.d.type), ["answer"]);
});

test("in a clash the polite side gives way", async () => {
  const { negotiation, said, pc } = side(true);
  await negotiation.offer();
  await negotiation.describe(OFFER);
  assert.equal(pc.remoteDescription, OFFER);
  assert.deepEqual(said.map((word) => word.d.type), ["offer", "answer"]);
});

test("in a clash the impolite side goes on with its own offer", async () => {
  const { negotiation, pc } = side(false);
  await negotiation.offer();
  await negotiation.describe(OFFER);
  assert.equal(pc.remoteDescription, null);
  assert.equal(pc.signalingState, "have-local-offer");
});

test("candidates of an ignored offer do no harm", async () => {
  const { negotiation, pc } = side(false);
  await negotiation.describe(OFFER);
  await negotiation.offer();
  await negotiation.describe({ type: "offer", sdp: "v=0 clash" });
  await negotiation.candidate({ candidate: "bad" });
  assert.equal(pc.candidates.length, 0);
});

test("a candidate that does not fit is a failure otherwise", async () => {
  const { negotiation } = side(false);
  await negotiation.describe(OFFER);
  await assert.rejects(negotiation.candidate({ candidate: "bad" }));
});

test("an answer that nobody waits for is dropped", async () => {
  const { negotiation, pc } = side(false);
  await negotiation.describe({ type: "answer", sdp: "v=0 late" });
  assert.equal(pc.remoteDescription, null);
});

test("two wishes to offer make one offer", async () => {
  const { negotiation, said } = side(false);
  await Promise.all([negotiation.offer(), negotiation.offer()]);
  assert.equal(said.length, 1);
});

test("while an offer is being answered no other is made", async () => {
  const { negotiation, said, pc } = side(true);
  await pc.setRemoteDescription(OFFER);
  await negotiation.offer();
  assert.deepEqual(said, []);
});

test("an offer that is still being made is in the way of theirs, too", async () => {
  const { negotiation, pc, said } = side(false);
  const making = negotiation.offer();
  await negotiation.describe(OFFER);
  await making;
  assert.deepEqual([pc.remoteDescription, said.map((word) => word.d.type)], [null, ["offer"]]);
});

test("an offer that failed does not forbid the next one", async () => {
  const { negotiation, pc, said } = side(false);
  pc.failing = true;
  await assert.rejects(negotiation.offer());
  pc.failing = false;
  await negotiation.offer();
  assert.equal(said.length, 1);
});

test("a candidate before any description is for nobody yet, and no failure", async () => {
  const { negotiation, pc } = side(false);
  await negotiation.candidate({ candidate: "bad" });
  assert.deepEqual(pc.candidates, []);
});
