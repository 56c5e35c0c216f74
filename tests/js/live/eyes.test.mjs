import assert from "node:assert/strict";
import { test } from "node:test";
import { Eyes } from "../../../static/js/ringing/eyes.js";
import { Timers } from "./_page.mjs";

const soon = () => new Promise((done) => setTimeout(done, 0));

/** One browser profile: locks that end with their callback, and a channel that reaches all other tabs. */
function profile() {
  const held = [];
  const channels = [];
  const locks = {
    request: async (name, { mode }, run) => {
      assert.equal(mode, "shared");
      const lock = { name };
      held.push(lock);
      await run();
      held.splice(held.indexOf(lock), 1);
    },
    query: async () => ({ held }),
  };
  const channel = () => {
    const own = { onmessage: null, postMessage: (data) => channels.forEach((each) => each !== own && each.onmessage?.({ data })) };
    channels.push(own);
    return own;
  };
  return { locks, channel };
}

function tab({ locks, channel }, visibilityState) {
  const timers = new Timers();
  const page = { visibilityState, addEventListener: (_, run) => (page.changed = run) };
  const eyes = new Eyes({ page, locks, channel, later: timers.set });
  const told = [];
  eyes.start(async () => told.push(await eyes.any()));
  const turn = (state) => {
    page.visibilityState = state;
    page.changed();
  };
  return { eyes, told, timers, turn };
}

test("a hidden tab knows that another one is looked at, and when it no longer is", async () => {
  const browser = profile();
  const hidden = tab(browser, "hidden");
  assert.equal(await hidden.eyes.any(), false);
  const seen = tab(browser, "visible");
  await soon();
  assert.equal(await hidden.eyes.any(), true);
  hidden.timers.fire();
  await soon();
  assert.equal(hidden.told.at(-1), true);
  seen.turn("hidden");
  hidden.timers.fire();
  seen.timers.fire();
  await soon();
  assert.equal(await hidden.eyes.any(), false);
  assert.equal(hidden.told.at(-1), false);
  assert.equal(seen.told.at(-1), false);
});

test("a tab that is closed does nothing later, and the others hear of it all the same", async () => {
  const browser = profile();
  const [closed, hidden] = [tab(browser, "visible"), tab(browser, "hidden")];
  await soon();
  closed.turn("hidden");
  hidden.timers.fire();
  await soon();
  assert.equal(hidden.told.at(-1), false);
});

test("from one tab to another somebody looks all the time", async () => {
  const browser = profile();
  const [first, second] = [tab(browser, "visible"), tab(browser, "hidden")];
  await soon();
  first.turn("hidden");
  second.turn("visible");
  first.timers.fire();
  await soon();
  assert.equal(first.told.includes(false), false);
  assert.equal(await first.eyes.any(), true);
});

test("of two windows beside each other one may go", async () => {
  const browser = profile();
  const [first, second] = [tab(browser, "visible"), tab(browser, "visible")];
  await soon();
  first.turn("hidden");
  await soon();
  assert.equal(await first.eyes.any(), true);
  second.turn("hidden");
  await soon();
  assert.equal(await first.eyes.any(), false);
});

test("a tab that is looked at knows it before its lock is there", async () => {
  const { eyes } = tab({ locks: { request: () => new Promise(() => {}), query: async () => ({}) } }, "visible");
  assert.equal(await eyes.any(), true);
});

test("without locks a tab knows itself alone", async () => {
  const { eyes, told, turn, timers } = tab({}, "visible");
  await soon();
  assert.deepEqual(told, [true]);
  turn("hidden");
  timers.fire();
  await soon();
  assert.equal(await eyes.any(), false);
});
