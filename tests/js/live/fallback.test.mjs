import assert from "node:assert/strict";
import { test } from "node:test";
import { Timers } from "./_page.mjs";

globalThis.HTMLElement ??= class {};
const { Fallback } = await import("../../../static/js/live/fallback.js");

function play(ask = async () => {}) {
  const banner = { hidden: true };
  const lines = { asks: new HTMLElement(), fails: new HTMLElement() };
  const timers = new Timers();
  let asked = 0;
  const parts = {
    page: { getElementById: () => banner, querySelector: (what) => lines[what.match(/data-(\w+)/)[1]] },
    ask: async () => {
      asked += 1;
      await ask();
    },
    timers,
    random: () => 0.5,
  };
  return { fallback: new Fallback(parts), banner, lines, timers, asked: () => asked };
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
  assert.deepEqual(timers.delays, [12_500]);
  timers.fire();
  await soon();
  assert.equal(asked(), 2);
});

test("further failures begin no second loop", async () => {
  const { fallback, asked } = play();
  fallback.state("lost", 3);
  fallback.state("lost", 4);
  await soon();
  assert.equal(asked(), 1);
});

test("a socket that may not come back is replaced at once", async () => {
  const { fallback, banner, asked } = play();
  fallback.state("stopped", 0);
  await soon();
  assert.deepEqual([banner.hidden, asked()], [false, 1]);
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

test("a socket lost again while an answer is under way leaves one loop", async () => {
  const answers = [];
  const { fallback, timers, asked } = play(() => new Promise((done) => answers.push(done)));
  fallback.state("lost", 3);
  fallback.state("open", 0);
  fallback.state("lost", 3);
  for (const answer of answers) answer();
  await soon();
  assert.equal(asked(), 2);
  assert.equal(timers.delays.length, 1);
});

test("that everything works is not said while the server cannot be reached, and again when it can", async () => {
  let away = true;
  const { fallback, lines, timers } = play(async () => {
    if (away) throw new Error("away");
  });
  fallback.state("lost", 3);
  assert.deepEqual([lines.asks.hidden, lines.fails.hidden], [false, true]);
  await soon();
  assert.deepEqual([lines.asks.hidden, lines.fails.hidden], [true, false]);
  away = false;
  timers.fire();
  await soon();
  assert.deepEqual([lines.asks.hidden, lines.fails.hidden], [false, true]);
});
