import assert from "node:assert/strict";
import { test } from "node:test";
import { Notifier } from "../../../static/js/ringing/notify.js";

const WORDS = { title: "Clara is calling", body: "Why?", tag: "r1" };
const soon = () => new Promise((done) => setTimeout(done, 0));

/** The locks of one browser profile, shared by its tabs. */
function profile() {
  const held = new Set();
  return {
    request: async (name, _, run) => {
      if (held.has(name)) return run(null);
      held.add(name);
      await run({ name });
      held.delete(name);
    },
  };
}

function tab(locks, watched) {
  const messages = [];
  const told = { looked: 0, chosen: 0 };
  const make = (words) => {
    messages.push({ ...words, open: true, close: () => (messages.at(-1).open = false), onclick: null });
    return messages.at(-1);
  };
  const notifier = new Notifier({ make, locks, watched, look: () => (told.looked += 1) });
  return { notifier, messages, told, show: () => notifier.show(WORDS, () => (told.chosen += 1)) };
}

test("two tabs of one browser show one message", async () => {
  const locks = profile();
  const [first, second] = [tab(locks), tab(locks)];
  first.show();
  second.show();
  await soon();
  assert.deepEqual([first.messages.length, second.messages.length], [1, 0]);
});

test("answered: the message is taken back, and the next request has its own", async () => {
  const { notifier, messages, show } = tab(profile());
  show();
  await soon();
  notifier.close("r1");
  await soon();
  assert.equal(messages[0].open, false);
  show();
  await soon();
  assert.equal(messages.length, 2);
});

test("a press on it brings the tab and the popup to the front", async () => {
  const { messages, told, show } = tab(profile());
  show();
  await soon();
  messages[0].onclick();
  await soon();
  assert.deepEqual(told, { looked: 1, chosen: 1 });
  assert.equal(messages[0].open, false);
});

test("the same request twice is one message, also where there are no locks", async () => {
  const { messages, show } = tab({ request: (_, __, run) => run({}) });
  show();
  show();
  await soon();
  show();
  await soon();
  assert.equal(messages.length, 1);
  assert.equal(messages[0].tag, "r1");
});

test("a tab that is looked at has the window: the hidden ones show no message, until nobody looks", async () => {
  let looked = true;
  const { messages, show } = tab(profile(), async () => looked);
  show();
  await soon();
  assert.equal(messages.length, 0);
  looked = false;
  show();
  await soon();
  assert.equal(messages.length, 1);
});

test("answered while it was asked whether anybody looks: no message comes late", async () => {
  let tell;
  const { notifier, messages, show } = tab(profile(), () => new Promise((done) => (tell = done)));
  show();
  notifier.close("r1");
  tell(false);
  await soon();
  assert.equal(messages.length, 0);
});

test("the tab that showed the message is closed: another one can take over", async () => {
  const held = { taken: true };
  const locks = { request: async (_, __, run) => run(held.taken ? null : {}) };
  const { messages, show } = tab(locks);
  show();
  assert.equal(messages.length, 0);
  held.taken = false;
  show();
  await soon();
  assert.equal(messages.length, 1);
});

test("a browser that may not show it is no error", () => {
  const notifier = new Notifier({ make: () => null, locks: profile() });
  notifier.show(WORDS, () => {});
  notifier.closeAll();
});
