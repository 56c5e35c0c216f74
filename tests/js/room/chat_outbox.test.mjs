import assert from "node:assert/strict";
import { test } from "node:test";
import { ACK_MS, Outbox, WITHOUT_SOCKET_MS } from "../../../static/js/room/chat/outbox.js";
import { FakeTimers, settled } from "./fakes.mjs";

class FakeStore extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, value) => void this.set(key, value);
}

function page(store = new FakeStore(), answer = () => Promise.reject(new Error("away")), goes = () => true) {
  const timers = new FakeTimers();
  const [sent, posted, kept, changes] = [[], [], [], []];
  let next = 1;
  const outbox = new Outbox({
    key: "chat", store, timers,
    newId: () => `id-${next++}`,
    send: (frame) => Boolean(sent.push(frame)) && goes(),
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

test("what was refused is still refused after a reload, what was on its way waits", () => {
  const { outbox, store } = page();
  outbox.turn(true);
  outbox.add("one");
  outbox.unsaid({ id: "id-1", code: "message_too_long", words: "Too long." });
  outbox.add("two");
  const after = page(store).outbox;
  assert.deepEqual(after.entries.map(({ state, words }) => [state, words]), [["refused", "Too long."], ["waiting", ""]]);
  after.drop("id-1");
  assert.deepEqual(page(store).outbox.entries.map(({ id }) => id), ["id-2"]);
});

test("a refusal outlasts a lost socket, and nothing is told twice", () => {
  const { outbox, changes } = page();
  outbox.turn(true);
  outbox.add("one");
  outbox.unsaid({ id: "id-1", code: "message_too_long", words: "Too long." });
  outbox.turn(false);
  outbox.turn(false);
  assert.deepEqual(changes, [["id-1", "refused", "Too long."]]);
});

test("a socket that stays away says so once", () => {
  const { outbox, changes } = page();
  outbox.add("one");
  outbox.turn(false);
  outbox.turn(false);
  assert.deepEqual(changes, [["id-1", "waiting", ""]]);
});

test("a socket that comes changes nothing of what waits for its turn", () => {
  const { outbox, changes } = page();
  outbox.add("one");
  outbox.add("two");
  outbox.turn(true);
  assert.deepEqual(changes.filter(([id]) => id === "id-2"), []);
});

test("what is kept although it was not its turn does not send the first one again", () => {
  const { outbox, sent } = page();
  outbox.turn(true);
  outbox.add("one");
  outbox.add("two");
  outbox.said({ id: "id-2", n: 1, at: 1 });
  assert.deepEqual(ids(sent), ["id-1"]);
});

test("when all is kept, or the page gave the call up, no timer is left", () => {
  for (const end of [(outbox) => outbox.said({ id: "id-1", n: 1, at: 1 }), (outbox) => outbox.stop()]) {
    const { outbox, timers } = page();
    outbox.turn(true);
    outbox.add("one");
    end(outbox);
    assert.equal(timers.waiting.size, 0);
  }
});

test("a socket that takes nothing yet is asked again, not gone round", () => {
  const { outbox, posted, sent, timers } = page(undefined, undefined, () => false);
  outbox.turn(true);
  outbox.add("one");
  timers.pass(WITHOUT_SOCKET_MS);
  assert.deepEqual([posted, ids(sent)], [[], ["id-1", "id-1"]]);
});

test("a plain request that fails late does not hurry what the socket carries meanwhile", async () => {
  let fail;
  const { outbox, sent, timers } = page(undefined, () => new Promise((_, refuse) => (fail = refuse)));
  outbox.add("one");
  outbox.add("two");
  timers.pass(WITHOUT_SOCKET_MS);
  outbox.turn(true);
  outbox.said({ id: "id-1", n: 1, at: 1 });
  fail(new Error("away"));
  await settled();
  timers.pass(ACK_MS - 1);
  assert.deepEqual(ids(sent), ["id-1", "id-2"]);
});

test("whatever says how long to wait is waited for, and too fast without a time three seconds", () => {
  for (const [refusal, ms] of [[{ code: "chat_not_open", wait: 2 }, 2_000], [{ code: "messages_too_fast" }, 3_000]]) {
    const { outbox, sent, timers, changes } = page();
    outbox.turn(true);
    outbox.add("one");
    outbox.unsaid({ id: "id-1", words: "Not yet.", ...refusal });
    timers.pass(ms - 1);
    assert.deepEqual([ids(sent), changes.at(-1)], [["id-1"], ["id-1", "waiting", "Not yet."]]);
    timers.pass(1);
    assert.deepEqual([ids(sent), changes.at(-1)], [["id-1", "id-1"], ["id-1", "waiting", "Not yet."]]);
  }
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
