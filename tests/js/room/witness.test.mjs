import assert from "node:assert/strict";
import { test } from "node:test";
import { Line } from "../../../static/js/room/connection/ping.js";
import { Witness } from "../../../static/js/room/connection/contact.js";

function page() {
  const state = { now: 0, pings: 0, answers: [], shown: [] };
  const witness = new Witness({
    now: () => state.now,
    ping: () => (state.pings += 1),
    answer: (frame) => state.answers.push(frame),
    changed: (contact) => state.shown.push(contact),
  });
  return { state, witness };
}

test("it never claims contact before it heard anything", () => {
  const { state, witness } = page();
  witness.asked(0);
  assert.deepEqual(state.answers, [{ t: "beat", n: 1, contact: false, unbroken: false }]);
});

test("the first word is told at once, without being asked", () => {
  const { state, witness } = page();
  witness.heard();
  assert.deepEqual(state.answers, [{ t: "beat", n: 1, contact: true, unbroken: false }]);
  witness.heard();
  assert.equal(state.answers.length, 1);
});

test("being asked sends a ping, because timers of a hidden tab are throttled", () => {
  const { state, witness } = page();
  witness.asked(0);
  assert.equal(state.pings, 1);
});

test("contact older than two seconds is none", () => {
  const { state, witness } = page();
  witness.heard();
  state.now = 2_001;
  witness.asked(1);
  assert.deepEqual(state.answers.at(-1), { t: "beat", n: 2, contact: false, unbroken: false });
  assert.deepEqual(state.shown, [true, false]);
});

test("contact of two seconds ago still is one", () => {
  const { state, witness } = page();
  witness.heard();
  state.now = 2_000;
  witness.asked(1);
  assert.equal(state.answers.at(-1).contact, true);
});

test("the page is told when contact comes and goes, not each second", () => {
  const { state, witness } = page();
  witness.look();
  for (state.now = 0; state.now <= 3_000; state.now += 1_000) {
    if (!state.now) witness.heard();
    witness.look();
  }
  assert.deepEqual(state.shown, [true, false]);
});

test("contact is unbroken only since an answer that is written down", () => {
  const { state, witness } = page();
  witness.heard();
  witness.asked(0);
  assert.equal(state.answers.at(-1).unbroken, false);
  witness.asked(1);
  assert.equal(state.answers.at(-1).unbroken, true);
});

test("a server that forgot what it acknowledged changes nothing", () => {
  const { state, witness } = page();
  witness.heard();
  witness.asked(1);
  witness.asked(0);
  assert.equal(state.answers.at(-1).unbroken, true);
});

test("a gap breaks it, although contact is back when the server asks", () => {
  const { state, witness } = page();
  witness.heard();
  witness.asked(1);
  state.now = 5_000;
  witness.heard();
  witness.asked(2);
  assert.deepEqual([state.answers.at(-1).contact, state.answers.at(-1).unbroken], [true, false]);
  witness.asked(4);
  assert.equal(state.answers.at(-1).unbroken, true);
});

function channel() {
  const sent = [];
  return { sent, readyState: "open", send: (text) => sent.push(JSON.parse(text)) };
}

test("a ping is answered in the message handler", () => {
  let heard = 0;
  const line = new Line({ heard: () => (heard += 1) });
  const wire = channel();
  line.attach(wire);
  wire.onmessage({ data: '{"t":"ping"}' });
  assert.deepEqual(wire.sent, [{ t: "pong" }]);
  assert.equal(heard, 1);
});

test("a channel that opens is spoken over at once, and not before", () => {
  const line = new Line({ heard() {} });
  const wire = { ...channel(), readyState: "connecting" };
  line.attach(wire);
  line.ping();
  assert.deepEqual(wire.sent, []);
  wire.readyState = "open";
  wire.onopen();
  assert.deepEqual(wire.sent, [{ t: "ping" }]);
});

test("nonsense over the channel is contact, and nothing more", () => {
  let heard = 0;
  const line = new Line({ heard: () => (heard += 1) });
  const wire = channel();
  line.attach(wire);
  for (const data of ['{"t":"say","text":"hi"}', "{", "null"]) wire.onmessage({ data });
  assert.deepEqual(wire.sent, []);
  assert.equal(heard, 3);
});
