import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../../../static/js/lib/server_time.js";
import { Clock, credits, minutes } from "../../../static/js/room/clock.js";

const TERMS = { bought: 900, price: 2000, feeBps: 2000, freeBelow: 60, least: 180, role: "client" };
const LIVE = { state: "live", now: 5_000_000, ends: 5_581_000, remaining: 581, joint: 319, cost: 708, return_by: null, live_by: null, note: "" };

function clock(frame, role = "client") {
  const time = { now: 1_000 };
  const made = new Clock({ server: new ServerClock(() => time.now), terms: { ...TERMS, role } });
  made.set({ ...LIVE, ...frame });
  return { made, time };
}

test("it counts down by the server's clock, whatever this machine's says", () => {
  const { made, time } = clock();
  assert.equal(made.left, 581);
  time.now += 2_000;
  assert.equal(made.left, 579);
});

test("it never goes below zero", () => {
  const { made, time } = clock();
  time.now += 10_000_000;
  assert.equal(made.left, 0);
});

test("it stands while the call is interrupted, and tells how long we wait", () => {
  const { made, time } = clock({ state: "interrupted", ends: null, remaining: 408.2, joint: 491, return_by: 5_090_000 });
  time.now += 30_000;
  assert.equal(made.left, 409);
  assert.equal(made.waiting, 60);
  assert.equal(made.flowing, false);
});

test("before the first joint second it tells how long the two are waited for", () => {
  const { made } = clock({ state: "accepted", ends: null, live_by: 5_060_000 });
  assert.deepEqual([made.waiting, made.flowing], [60, true]);
});

test("the shown cost follows the rules of the bill", () => {
  const cost = (joint, role) => clock({ ends: null, joint }, role).made.cost;
  assert.equal(cost(59), 0);
  assert.equal(cost(60), 400);
  assert.equal(cost(180), 400);
  assert.equal(cost(800), 1777);
  assert.equal(cost(900), 2000);
  assert.equal(cost(800, "consultant"), 1777 - 355);
});

test("while the call stands still the server says what ending it would cost", () => {
  assert.equal(clock({ state: "interrupted", ends: null, joint: 100, cost: 0 }).made.cost, 0);
});

test("an extension makes the call longer and the hold larger", () => {
  const { made, time } = clock({ ends: 5_281_000, bought: 1200, held: 2666 });
  assert.equal(made.terms.bought - made.left, 919);
  assert.equal(made.cost, Math.floor((2000 * 919) / 900));
  time.now += 1_000_000;
  assert.equal(made.cost, 2666);
});

test("a goodbye counts its own seconds, keeps the page open and lets pictures flow", () => {
  const { made, time } = clock({ state: "ended", ends: null, remaining: 0, cost: 2000, closes: 5_030_000 });
  assert.deepEqual([made.goodbye, made.over, made.flowing, made.cost], [30, false, true, 2000]);
  time.now += 30_000;
  assert.deepEqual([made.goodbye, made.over, made.flowing], [null, true, false]);
});

test("any other end is over at once", () => {
  assert.equal(clock({ state: "ended", ends: null, closes: null }).made.over, true);
  assert.equal(clock({ state: "failed", ends: null }).made.over, true);
});

test("in text nothing flows", () => {
  assert.equal(clock({ mode: "text" }).made.flowing, false);
  assert.equal(clock({ mode: "video" }).made.flowing, true);
});

test("numbers are written as the site writes them", () => {
  assert.equal(minutes(581), "9:41");
  assert.equal(credits(1778), "17.78");
  assert.equal(credits(5), "0.05");
});

test("a German page writes a comma", () => {
  globalThis.document = { documentElement: { lang: "de" } };
  try {
    assert.equal(credits(123_456), "1234,56");
  } finally {
    delete globalThis.document;
  }
});

test("a machine whose time of day is put two minutes forward shows the time that is left", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const made = new Clock({ server: new ServerClock(), terms: TERMS });
  made.set({ ...LIVE, ends: 5_890_000 });
  t.mock.timers.setTime(1_120_000);
  assert.equal(made.left, 890);
});
