import assert from "node:assert/strict";
import { test } from "node:test";
import { minutes, remaining, ServerClock } from "../../../static/js/lib/server_time.js";

test("a browser clock that is an hour wrong still counts down rightly", () => {
  let local = 3_600_000;
  const clock = new ServerClock(() => local);
  clock.saw(1_000);
  local += 10_000;
  assert.equal(clock.now(), 11_000);
});

test("the news that travelled fastest sets the clock", () => {
  const clock = new ServerClock(() => 500);
  clock.saw(100);
  clock.saw(480);
  clock.saw(200);
  assert.equal(clock.now(), 480);
});

test("a machine whose time of day is put right forwards drops no ring", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const clock = new ServerClock();
  clock.saw(5_000);
  t.mock.timers.setTime(1_300_000);
  assert.ok(clock.now() < 15_000);
});

test("a machine that slept is right again with the next news", () => {
  const clock = new ServerClock(() => 500);
  clock.saw(1_000);
  clock.saw(61_000);
  assert.equal(clock.now(), 61_000);
});

test("a time that is no number changes nothing", () => {
  const clock = new ServerClock(() => 500);
  clock.saw(Number("soon"));
  assert.equal(clock.now(), 500);
});

test("a ring ends at nought and is never fuller than full", () => {
  assert.deepEqual(remaining(60_000, 0, 60_000), { seconds: 60, part: 1 });
  assert.deepEqual(remaining(60_000, 45_100, 60_000).seconds, 15);
  assert.deepEqual(remaining(60_000, 70_000, 60_000), { seconds: 0, part: 0 });
  assert.equal(remaining(60_000, -5_000, 60_000).part, 1);
});

test("a ring of no length is empty, not broken", () => {
  assert.deepEqual(remaining(5_000, 5_000, 0), { seconds: 0, part: 0 });
  assert.equal(remaining(6_000, 5_000, 0).part, 0);
});

test("seconds are written as people write them", () => {
  assert.deepEqual([60, 42, 5, 0].map(minutes), ["1:00", "0:42", "0:05", "0:00"]);
});
