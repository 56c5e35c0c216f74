import assert from "node:assert/strict";
import { test } from "node:test";
import { Lookout } from "../../../static/js/ringing/lookout.js";

/** A page with rings that run out at these seconds; `pass` lets time go by in ticks of a quarter second. */
function play(...expires) {
  const page = {
    rings: expires.map((seconds) => ({ getAttribute: () => String(seconds * 1000) })),
    querySelectorAll: () => page.rings,
  };
  const asked = [];
  let now = 0;
  const lookout = new Lookout({ page, clock: { now: () => now }, ask: () => asked.push(now / 1000), steady: () => now });
  lookout.tick();
  const pass = (seconds) => {
    for (const end = now + seconds * 1000; now < end; ) {
      now += 250;
      lookout.tick();
    }
  };
  return { page, asked, pass };
}

test("a page with an open request looks again every five seconds", () => {
  const { asked, pass } = play(60);
  pass(16);
  assert.deepEqual(asked, [5, 10, 15]);
});

test("it looks when the ring is empty, then every two seconds while it still shows", () => {
  const { asked, pass } = play(7);
  pass(12);
  assert.deepEqual(asked, [5, 7, 9, 11]);
});

test("a ring that is gone ends the looking", () => {
  const { page, asked, pass } = play(60);
  pass(6);
  page.rings = [];
  pass(60);
  assert.deepEqual(asked, [5]);
});

test("a page without a ring never looks, and begins when one comes", () => {
  const { page, asked, pass } = play();
  pass(30);
  assert.deepEqual(asked, []);
  page.rings = [{ getAttribute: () => "90000" }];
  pass(6);
  assert.deepEqual(asked, [35.25]);
});

test("a page that came with an empty ring looks at once", () => {
  const { asked, pass } = play(0);
  pass(4);
  assert.deepEqual(asked, [0, 2, 4]);
});
