import assert from "node:assert/strict";
import { test } from "node:test";
import { Fallback, POLL_MS } from "../../../static/js/live/fallback.js";
import { Timers } from "./_page.mjs";

function play(ask = async () => {}) {
  const banner = { hidden: true };
  const timers = new Timers();
  let asked = 0;
  const parts = {
    page: { getElementById: () => banner },
    ask: async () => {
      asked += 1;
      await ask();
    },
    timers,
    random: () => 0.5,
  };
  return { fallback: new Fallback(parts), banner, timers, asked: () => asked };
}

const soon = () => new Promise((done) => setTimeout(done, 0));

test("two failures are no reason to worry anybody", () => {
  const { fallback, banner, asked } = play();
  fallback.state("lost", 1);
  fallback.state("lost", 2);
  assert.equal(banner.hidden, true);
  assert.equal(asked(), 0);
});

test("after the third failure it says so and asks every 10 to 15 seconds", async () => {
  const { fallback, banner, timers, asked } = play();
  fallback.state("lost", 3);
  await soon();
  assert.equal(banner.hidden, false);
  assert.deepEqual(timers.delays, [POLL_MS + 2500]);
  timers.fire();
  await soon();
  assert.equal(asked(), 2);
});

test("a server that is away does not end the asking", async () => {
  const { fallback, timers } = play(async () => {
    throw new Error("away");
  });
  fallback.state("lost", 3);
  await soon();
  assert.equal(timers.delays.length, 1);
});

test("a socket that is back ends the asking and the banner", async () => {
  const { fallback, banner, timers } = play();
  fallback.state("lost", 3);
  await soon();
  fallback.state("open", 0);
  assert.equal(banner.hidden, true);
  assert.deepEqual(timers.delays, []);
});
