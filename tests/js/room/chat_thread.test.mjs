import assert from "node:assert/strict";
import { test } from "node:test";
import { isHeaded, PAGE, Thread } from "../../../static/js/room/chat/thread.js";

const kept = (n, from = "consultant", id = `id-${n}`) => ({ n, id, from, text: `text ${n}`, at: 1_000 * n, file: null });
const order = (thread) => thread.messages.map((one) => one.text);

test("a message that comes twice is there once", () => {
  const thread = new Thread("client");
  assert.equal(thread.take(kept(1)).fresh, true);
  assert.equal(thread.take(kept(1)).fresh, false);
  assert.deepEqual(order(thread), ["text 1"]);
});

test("messages stand in the order of the server, however they come", () => {
  const thread = new Thread("client");
  for (const n of [1, 3, 2]) thread.take(kept(n));
  assert.deepEqual(order(thread), ["text 1", "text 2", "text 3"]);
});

test("a number too high says that some are missing, and what is read goes on from before the gap", () => {
  const thread = new Thread("client");
  thread.take(kept(1));
  assert.equal(thread.take(kept(3)).more, true);
  assert.equal(thread.last, 1);
  assert.equal(thread.take(kept(2)).more, false);
  thread.take(kept(3));
  assert.equal(thread.last, 3);
});

test("the last of a full page says that there may be more, and so does that of the next", () => {
  const thread = new Thread("client");
  thread.take(kept(1));
  assert.equal(thread.asked(), 1);
  const asks = [];
  for (let n = 2; n <= 2 * PAGE + 20; n += 1) if (thread.take(kept(n)).more) asks.push(thread.asked());
  assert.deepEqual(asks, [PAGE + 1, 2 * PAGE + 1]);
});

test("one's own message is shown at once and moves to its place when it is kept", () => {
  const thread = new Thread("client");
  thread.pend({ id: "mine", text: "mine", at: 500 });
  thread.take(kept(1));
  assert.deepEqual(order(thread), ["text 1", "mine"]);
  thread.said("mine", 2, 2_000);
  thread.take(kept(3));
  assert.deepEqual(order(thread), ["text 1", "mine", "text 3"]);
});

test("the acknowledgement does not hide that messages before it are missing", () => {
  const thread = new Thread("client");
  thread.pend({ id: "mine", text: "mine", at: 500 });
  thread.said("mine", 2, 2_000);
  assert.equal(thread.last, 0);
  thread.take(kept(1));
  const again = thread.take({ ...kept(2, "client", "mine"), text: "mine" });
  assert.equal(again.fresh, false);
  assert.equal(thread.last, 2);
});

test("the same id of the other side is another message", () => {
  const thread = new Thread("client");
  thread.pend({ id: "same", text: "mine", at: 500 });
  assert.equal(thread.take(kept(1, "consultant", "same")).fresh, true);
  assert.equal(thread.messages.length, 2);
});

test("what is taken back is gone, what is kept is not", () => {
  const thread = new Thread("client");
  thread.pend({ id: "mine", text: "mine", at: 500 });
  thread.take(kept(1, "client", "old"));
  thread.drop("mine");
  thread.drop("old");
  assert.deepEqual(order(thread), ["text 1"]);
});

test("who and when stand above the first of a minute", () => {
  const one = { from: "client", at: 60_000 };
  assert.equal(isHeaded(undefined, one), true);
  assert.equal(isHeaded(one, { from: "client", at: 100_000 }), false);
  assert.equal(isHeaded(one, { from: "client", at: 120_000 }), true);
  assert.equal(isHeaded(one, { from: "consultant", at: 60_001 }), true);
});
