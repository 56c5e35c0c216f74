import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../../../static/js/lib/server_time.js";
import { Clock } from "../../../static/js/room/clock.js";
import { newsOf, offered, Signs, wordsAt, wordsOf } from "../../../static/js/room/agreements/agreements.js";

const TERMS = { bought: 900, price: 2000, feeBps: 2000, freeBelow: 60, least: 180, role: "client" };
const EXTEND = { number: 1, minutes: 5, price: 666, from: 60, open: true, mine: false, theirs: false, left: 3, why: "" };
const LIVE = { state: "live", now: 5_000_000, remaining: 0, joint: 0, cost: 0, return_by: null, live_by: null, note: "" };

/** A call that is live with so many seconds left. */
function clock(left, frame = {}) {
  const time = { now: 0 };
  const made = new Clock({ server: new ServerClock(() => time.now), terms: TERMS });
  const set = (seconds, more = {}) => made.set({ ...LIVE, ends: 5_000_000 + seconds * 1000, extend: EXTEND, ...frame, ...more });
  set(left);
  return { made, time, set };
}

class Memory extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, value) => void this.set(key, value);
}

function signs(memory = new Memory()) {
  const given = [];
  const made = new Signs({ marks: [60, 180], call: "c1", memory, give: (words, mark) => given.push([words, mark]) });
  return { made, given, memory };
}

test("three minutes and one minute before the end are said once each", () => {
  const { made, time } = clock(200);
  const { made: watch, given } = signs();
  for (let second = 0; second < 200; second += 1) {
    watch.look(made);
    time.now += 1_000;
  }
  assert.deepEqual(given, [["3 minutes left.", 180], ["1 minute left.", 60]]);
});

test("a reload does not say it again", () => {
  const { made } = clock(170);
  const { made: before, memory, given } = signs();
  before.look(made);
  assert.equal(given.length, 1);
  const after = signs(memory);
  after.made.look(made);
  assert.deepEqual(after.given, []);
});

test("a socket or a page that was late says how much is really left, and only the last sign", () => {
  const { made } = clock(42);
  const { made: watch, given } = signs();
  watch.look(made);
  assert.deepEqual(given, [["0:42 left.", 60]]);
});

test("after an extension both signs come again in their time", () => {
  const { made, time, set } = clock(50);
  const { made: watch, given } = signs();
  watch.look(made);
  set(350, { bought: 1200 });
  for (let second = 0; second < 350; second += 1) {
    watch.look(made);
    time.now += 1_000;
  }
  assert.deepEqual(given.map(([words]) => words), ["0:50 left.", "3 minutes left.", "1 minute left."]);
});

test("an extension that is shorter than the sign is no crossing", () => {
  const { made, set } = clock(50);
  const { made: watch, given } = signs();
  watch.look(made);
  set(110, { bought: 960 });
  watch.look(made);
  assert.equal(given.length, 1);
});

test("no sign while the clock stands or when it is over", () => {
  const { made: watch, given } = signs();
  watch.look(clock(100, { state: "interrupted", ends: null, remaining: 100 }).made);
  watch.look(clock(0, { state: "ended", ends: null }).made);
  assert.deepEqual(given, []);
});

test("marks that are no whole minutes are said in seconds", () => {
  assert.equal(wordsAt(20, 20), "20 seconds left.");
  assert.equal(wordsAt(179, 180), "3 minutes left.");
});

test("Extend is offered in the last minute and not at the end", () => {
  assert.equal(offered(clock(61).made), null);
  assert.equal(offered(clock(60).made)?.number, 1);
  assert.equal(offered(clock(1).made)?.number, 1);
  assert.equal(offered(clock(0).made), null);
});

test("Extend is not offered while the clock stands, nor a fourth time", () => {
  assert.equal(offered(clock(30, { state: "interrupted", ends: null, remaining: 30 }).made), null);
  assert.equal(offered(clock(30, { extend: { ...EXTEND, left: 0 } }).made), null);
  assert.equal(offered(clock(30, { extend: null }).made), null);
});

test("the price is said before the click, and whom one waits for after it", () => {
  const client = { other: "Mara", role: "client", feeBps: 2000 };
  const consultant = { other: "Noah", role: "consultant", feeBps: 2000 };
  assert.equal(wordsOf(EXTEND, client), "Extend by 5 min for 6.66 credits. Both of you must press Extend.");
  assert.equal(wordsOf(EXTEND, consultant), "Extend by 5 min for up to 5.33 more credits. Both of you must press Extend.");
  assert.match(wordsOf({ ...EXTEND, mine: true }, client), /Waiting for Mara/);
  assert.match(wordsOf({ ...EXTEND, theirs: true }, consultant), /^Noah would like 5 more min/);
});

test("what the other side did is news once", () => {
  assert.equal(newsOf(null, EXTEND, "Mara"), "");
  assert.equal(newsOf(EXTEND, { ...EXTEND, theirs: true }, "Mara"), "Mara would like 5 more minutes.");
  assert.equal(newsOf({ ...EXTEND, theirs: true }, { ...EXTEND, theirs: true }, "Mara"), "");
  assert.equal(newsOf(EXTEND, { ...EXTEND, number: 2 }, "Mara"), "Extended by 5 minutes.");
});
