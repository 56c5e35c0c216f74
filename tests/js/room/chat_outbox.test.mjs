import assert from "node:assert/strict";
import { test } from "node:test";
import { ACK_MS, Outbox, WITHOUT_SOCKET_MS } from "../../../static/js/room/chat_outbox.js";
import { FakeTimers, settled } from "./fakes.mjs";

class FakeStore extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, value) => void this.set(key, value);
}

function page(store = new FakeStore(), answer = () => Promise.reject(new Error("away"))) {
  const timers = new FakeTimers();
  const [sent, posted, kept, changes] = [[], [], [], []];
  let next = 1;
  const outbox = new Outbox({
    key: "chat", store, timers,
    newId: () => `id-${next++}`,
    send: (frame) => Boolean(sent.push(frame)),
    post: (entry) => (posted.push(entry.id), answer(entry)),
    changed: (entry) => changes.push([entry.id, entry.state, entry.words]),
    kept: (said) => kept.push(said.id),
  });
  return { outbox, timers, sent, posted, kept, changes, store };
}
const ids = (frames) => frames.map((frame) => frame.id);

test("messages go out one after the other, in order", () => {
  const { outbox, sent, kept } = page();
  outbox.turn(true);
  outbox.add("one");
  outbox.add("two");
  assert.deepEqual(sent, [{ t: "say", id: "id-1", text: "one" }]);
  outbox.said({ id: "id-1", n: 1, at: 1 });
  assert.deepEqual(ids(sent), ["id-1", "id-2"]);
  outbox.said({ id: "id-2", n: 2, at: 2 });
  assert.deepEqual(kept, ["id-1", "id-2"]);
});

test("what was in the air when the socket went is sent again with the same id", () => {
  const { outbox, sent, changes } = page();
  outbox.turn(true);
  outbox.add("one");
  outbox.turn(false);
  assert.deepEqual(changes.at(-1), ["id-1", "waiting", ""]);
  outbox.turn(true);
  assert.deepEqual(ids(sent), ["id-1", "id-1"]);
});

test("an acknowledgement that does not come is not waited for for ever", () => {
  const { outbox, sent, timers, changes } = page();
  outbox.turn(true);
  outbox.add("one");
  timers.pass(ACK_MS);
  assert.deepEqual(ids(sent), ["id-1", "id-1"]);
  assert.deepEqual(changes.at(-1), ["id-1", "waiting", ""]);
});

test("what was not sent is still there after a reload, with the same ids and in order", () => {
  const { outbox, store } = page();
  outbox.add("one");
  outbox.add("two");
  const after = page(store);
  after.outbox.turn(true);
  after.outbox.said({ id: "id-1", n: 1, at: 1 });
  assert.deepEqual(after.sent.map((frame) => [frame.id, frame.text]), [["id-1", "one"], ["id-2", "two"]]);
});

test("what is kept is not sent again after a reload", () => {
  const { outbox, store } = page();
  outbox.turn(true);
  outbox.add("one");
  outbox.said({ id: "id-1", n: 1, at: 1 });
  assert.deepEqual(page(store).outbox.entries, []);
});

test("a browser without storage chats all the same", () => {
  const broken = { getItem() { throw new Error("denied"); }, setItem() { throw new Error("denied"); } };
  const { outbox, sent } = page(broken);
  outbox.turn(true);
  outbox.add("one");
  assert.deepEqual(ids(sent), ["id-1"]);
});

test("too fast is a pause, and then the same message goes out before all others", () => {
  const { outbox, sent, timers, changes } = page();
  outbox.turn(true);
  outbox.add("one");
  outbox.unsaid({ id: "id-1", code: "messages_too_fast", words: "Too fast.", wait: 6 });
  outbox.add("two");
  assert.deepEqual(changes.at(-1), ["id-1", "waiting", "Too fast."]);
  timers.pass(5_900);
  assert.deepEqual(ids(sent), ["id-1"]);
  timers.pass(200);
  assert.deepEqual(ids(sent), ["id-1", "id-1"]);
});

test("a refusal is told, holds up nothing, and can be tried again or taken back", () => {
  const { outbox, sent, changes } = page();
  outbox.turn(true);
  outbox.add("one");
  outbox.add("two");
  outbox.unsaid({ id: "id-1", code: "message_too_long", words: "Too long." });
  assert.deepEqual(changes.at(-1), ["id-1", "refused", "Too long."]);
  assert.deepEqual(ids(sent), ["id-1", "id-2"]);
  outbox.said({ id: "id-2", n: 1, at: 1 });
  outbox.again("id-1");
  assert.deepEqual(ids(sent), ["id-1", "id-2", "id-1"]);
  assert.equal(outbox.drop("id-1"), "one");
  assert.deepEqual(outbox.entries, []);
});

test("without a socket a plain request carries it", async () => {
  const { outbox, posted, kept, timers } = page(undefined, (entry) => Promise.resolve({ id: entry.id, n: 1, at: 1 }));
  outbox.add("one");
  assert.deepEqual(posted, []);
  timers.pass(WITHOUT_SOCKET_MS);
  await settled();
  assert.deepEqual([posted, kept, outbox.entries], [["id-1"], ["id-1"], []]);
});

test("a server that does not answer plain requests either is asked again", async () => {
  const { outbox, posted, timers } = page();
  outbox.add("one");
  for (let time = 0; time < 3; time += 1) {
    timers.pass(WITHOUT_SOCKET_MS * 2);
    await settled();
  }
  assert.ok(posted.length >= 2, String(posted.length));
  assert.equal(outbox.entries.length, 1);
});

test("the socket that comes back takes over from the plain requests", async () => {
  const { outbox, posted, sent, timers } = page();
  outbox.add("one");
  outbox.turn(true);
  timers.pass(WITHOUT_SOCKET_MS);
  await settled();
  assert.deepEqual([ids(sent), posted], [["id-1"], []]);
});

test("a page that gave the call up sends nothing more", () => {
  const { outbox, sent } = page();
  outbox.stop();
  outbox.turn(true);
  outbox.add("one");
  assert.deepEqual(sent, []);
});
