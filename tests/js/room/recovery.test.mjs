import assert from "node:assert/strict";
import { test } from "node:test";
import { Recovery } from "../../../static/js/room/connection/recovery.js";
import { FakeTimers } from "./fakes.mjs";

function path({ leads = true, possible = true } = {}) {
  const timers = new FakeTimers();
  const began = timers.now();
  const told = { possible, restarts: [], rebuilds: [] };
  const recovery = new Recovery({
    timers, leads,
    possible: () => told.possible,
    restart: () => told.restarts.push(timers.now() - began),
    rebuild: () => told.rebuilds.push(timers.now() - began),
  });
  return { recovery, timers, told };
}

test("a disturbed path is restarted by the impolite side after a moment, and left alone by the polite one", () => {
  const [leader, follower] = [path(), path({ leads: false })];
  for (const { recovery, timers } of [leader, follower]) {
    recovery.changed("connected");
    recovery.changed("disconnected");
    recovery.poke();
    timers.pass(0);
  }
  assert.deepEqual([leader.told.restarts, follower.told.restarts], [[0], []]);
  follower.timers.pass(60_000);
  assert.deepEqual(follower.told, { possible: true, restarts: [], rebuilds: [] });
});

test("a disturbance has a moment to heal by itself before ICE is restarted", () => {
  const { recovery, timers, told } = path();
  recovery.changed("disconnected");
  timers.pass(1_499);
  assert.deepEqual(told.restarts, []);
  timers.pass(1);
  assert.deepEqual(told.restarts, [1_500]);
});

test("both sides may restart a path that failed", () => {
  const { recovery, timers, told } = path({ leads: false });
  recovery.changed("failed");
  timers.pass(0);
  assert.deepEqual(told.restarts, [0]);
});

test("restarts come more and more slowly, and at last all is built anew", () => {
  const { recovery, timers, told } = path();
  recovery.changed("failed");
  timers.pass(60_000);
  assert.deepEqual(told, { possible: true, restarts: [0, 4_000, 12_000], rebuilds: [20_000] });
});

test("a restart that fails at once is not repeated in the same breath", () => {
  const { recovery, timers, told } = path();
  recovery.changed("failed");
  timers.pass(0);
  recovery.changed("failed");
  timers.pass(499);
  assert.deepEqual(told.restarts, [0]);
  timers.pass(1);
  assert.deepEqual(told.restarts, [0, 500]);
});

test("a path that healed begins its next trouble with all its tries", () => {
  const { recovery, timers, told } = path();
  recovery.changed("failed");
  timers.pass(12_000);
  recovery.changed("connected");
  timers.pass(60_000);
  assert.equal(told.restarts.length, 3);
  recovery.changed("failed");
  timers.pass(0);
  assert.deepEqual([told.restarts.length, told.rebuilds], [4, []]);
});

test("a connection that was built anew has all its tries, too", () => {
  const { recovery, timers, told } = path();
  recovery.changed("failed");
  timers.pass(20_000);
  assert.equal(told.rebuilds.length, 1);
  recovery.changed("failed");
  timers.pass(0);
  assert.equal(told.restarts.length, 4);
});

test("a first meeting that leads nowhere is begun anew after 20 seconds, if the other side can hear of it", () => {
  const { recovery, timers, told } = path();
  recovery.begin();
  timers.pass(19_999);
  assert.deepEqual(told.rebuilds, []);
  told.possible = false;
  timers.pass(5_000);
  assert.deepEqual(told.rebuilds, []);
  told.possible = true;
  timers.pass(1_000);
  assert.equal(told.rebuilds.length, 1);
});

test("who is connected already waits for no first meeting", () => {
  const { recovery, timers, told } = path();
  recovery.changed("connected");
  recovery.begin();
  timers.pass(60_000);
  assert.deepEqual(told.rebuilds, []);
});

test("two reasons to act are one act, and a path that is given up acts no more", () => {
  const { recovery, timers, told } = path();
  recovery.begin();
  recovery.changed("disconnected");
  assert.equal(timers.waiting.size, 1);
  recovery.stop();
  timers.pass(60_000);
  assert.deepEqual(told, { possible: true, restarts: [], rebuilds: [] });
});
