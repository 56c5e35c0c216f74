import assert from "node:assert/strict";
import { test } from "node:test";
import { textCard, Troubles } from "../../../static/js/room/agreements/text_mode.js";

const FINE = { state: "live", inText: false, here: true, contact: true, connection: "connected", devices: true, poor: false };
const NOBODY = { mine: false, theirs: false };
const AT = { trouble: "", hidden: "", inText: false, name: "Mara" };

function troubles() {
  const time = { now: 100 };
  return { time, made: new Troubles(() => time.now) };
}

test("a call that is well offers nothing", () => {
  assert.equal(troubles().made.look(FINE), "");
});

test("without a camera and a microphone text is offered at once, before and during the call", () => {
  const { made } = troubles();
  assert.equal(made.look({ ...FINE, state: "accepted", contact: false, devices: false }), "device");
  assert.equal(made.look({ ...FINE, devices: false }), "device");
  assert.equal(made.look({ ...FINE, devices: null }), "");
});

test("a path that is not found offers text after a while, one that failed at once", () => {
  const { made, time } = troubles();
  const meeting = { ...FINE, state: "accepted", contact: false, connection: "connecting" };
  assert.equal(made.look(meeting), "");
  time.now += 14;
  assert.equal(made.look(meeting), "");
  assert.equal(made.look({ ...meeting, connection: "failed" }), "path");
  time.now += 1;
  assert.equal(made.look(meeting), "path");
});

test("somebody who is not there yet is no bad path", () => {
  const { made, time } = troubles();
  const alone = { ...FINE, state: "accepted", here: false, contact: false };
  made.look(alone);
  time.now += 60;
  assert.equal(made.look(alone), "");
});

test("a line that is bad for ten seconds offers text, one that comes back does not", () => {
  const { made, time } = troubles();
  made.look({ ...FINE, contact: false });
  time.now += 9;
  assert.equal(made.look({ ...FINE, contact: false }), "");
  assert.equal(made.look(FINE), "");
  made.look({ ...FINE, contact: false });
  time.now += 10;
  assert.equal(made.look({ ...FINE, contact: false }), "line");
});

test("a line that is bad for ten seconds with sound alone offers text", () => {
  const { made, time } = troubles();
  made.look({ ...FINE, poor: true });
  time.now += 10;
  assert.equal(made.look({ ...FINE, poor: true }), "line");
  assert.equal(made.look({ ...FINE, poor: false }), "");
});

test("in text, and when it is over, nothing is wrong", () => {
  const { made } = troubles();
  assert.equal(made.look({ ...FINE, inText: true, devices: false }), "");
  assert.equal(made.look({ ...FINE, state: "ended", devices: false }), "");
});

test("no trouble, no card", () => {
  assert.equal(textCard(NOBODY, AT).card, "");
});

test("trouble asks, unless it was waved away", () => {
  assert.equal(textCard(NOBODY, { ...AT, trouble: "path" }).card, "ask");
  assert.match(textCard(NOBODY, { ...AT, trouble: "path" }).words, /In text, you write to each other\. The clock and the price stay the same\./);
  assert.equal(textCard(NOBODY, { ...AT, trouble: "path", hidden: "path" }).card, "");
  assert.equal(textCard(NOBODY, { ...AT, trouble: "line", hidden: "path" }).card, "ask");
});

test("who asked waits, the other is offered it whatever their own line is like", () => {
  assert.match(textCard({ mine: true, theirs: false }, AT).words, /^Waiting for Mara to agree/);
  assert.equal(textCard({ mine: false, theirs: true }, AT).card, "offer");
});

test("a no is told kindly and may be asked again", () => {
  const asked = textCard({ ...NOBODY, no: true }, { ...AT, trouble: "device" });
  assert.equal(asked.card, "ask");
  assert.match(asked.words, /^Mara would rather not switch to text now\./);
});

test("in text there is nothing to ask", () => {
  assert.equal(textCard({ mine: true, theirs: true }, { ...AT, inText: true }).card, "");
});
