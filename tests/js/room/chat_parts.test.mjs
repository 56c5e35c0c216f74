import assert from "node:assert/strict";
import { test } from "node:test";
import { Badge } from "../../../static/js/room/chat/badge.js";
import { AGAIN_MS, Files, LONGEST_MS, problemOf } from "../../../static/js/room/chat/files.js";
import { missed, newId, post } from "../../../static/js/room/chat/post.js";
import { PAGE } from "../../../static/js/room/chat/thread.js";
import { SHOWN_MS, TELL_EVERY_MS, Typing } from "../../../static/js/room/chat/typing.js";
import { FakeTimers, settled } from "./fakes.mjs";

test("typing is told every few seconds, not with every key", () => {
  const timers = new FakeTimers();
  let told = 0;
  const typing = new Typing({ timers, tell: () => (told += 1), show() {} });
  for (let key = 0; key < 10; key += 1) typing.typed();
  assert.equal(told, 1);
  timers.pass(TELL_EVERY_MS);
  typing.typed();
  assert.equal(told, 2);
});

test("the sign that the other side types goes by itself, and with the message", () => {
  const timers = new FakeTimers();
  const shown = [];
  const typing = new Typing({ timers, tell() {}, show: (on) => shown.push(on) });
  typing.heard();
  timers.pass(SHOWN_MS - 100);
  typing.heard();
  timers.pass(SHOWN_MS - 100);
  assert.deepEqual(shown, [true, true]);
  timers.pass(200);
  typing.heard();
  typing.arrived();
  assert.deepEqual(shown, [true, true, false, true, false]);
});

test("unread messages are counted in the title, which gets its own words back", () => {
  const page = { title: "Call with Mara | Quarter" };
  const counts = [];
  const badge = new Badge({ page, show: (count) => counts.push(count) });
  badge.add();
  badge.add();
  assert.equal(page.title, "(2) Call with Mara | Quarter");
  badge.clear();
  badge.clear();
  assert.equal(page.title, "Call with Mara | Quarter");
  assert.deepEqual(counts, [1, 2, 0]);
});

const file = (name, type, size = 10) => Object.assign(new Blob(["x".repeat(size)], { type }), { name });

test("what cannot be given is told before it is sent", () => {
  assert.equal(problemOf(file("a.png", "image/png"), 100), "");
  assert.equal(problemOf(file("a.pdf", "application/pdf"), 100), "");
  assert.match(problemOf(file("a.svg", "image/svg+xml"), 100), /neither a picture/);
  assert.match(problemOf(file("a.html", "text/html"), 100), /neither a picture/);
  assert.match(problemOf(file("a.png", "image/png", 200), 100), /larger than/);
  assert.match(problemOf(file("a.png", "image/png", 0), 100), /is empty/);
});

function parcels(answers, kept_over_reload = new Map()) {
  const store = { getItem: (key) => kept_over_reload.get(key) ?? null, setItem: (key, value) => kept_over_reload.set(key, value) };
  const timers = new FakeTimers();
  const [posted, kept, changes] = [[], [], []];
  let next = 1 + 10 * kept_over_reload.size;
  const files = new Files({
    key: "files", store, newId: () => `id-${next++}`, timers,
    post: async (parcel) => {
      posted.push(parcel.id);
      const answer = answers.shift();
      if (!answer) throw new Error("away");
      return answer;
    },
    changed: (parcel) => changes.push([parcel.id, parcel.state, parcel.words]),
    kept: (message) => kept.push(message.n),
  });
  return { files, timers, posted, kept, changes };
}

test("files go one after the other", async () => {
  const { files, posted, kept } = parcels([{ n: 1 }, { n: 2 }]);
  files.give(file("a.png", "image/png"), "look");
  files.give(file("b.png", "image/png"), "");
  assert.deepEqual(posted, ["id-1"]);
  await settled();
  assert.deepEqual([posted, kept], [["id-1", "id-2"], [1, 2]]);
});

test("a file whose upload was lost is sent again with the same id", async () => {
  const { files, timers, posted, kept, changes } = parcels([null, { n: 1 }]);
  files.give(file("a.png", "image/png"), "");
  await settled();
  assert.deepEqual(changes, [["id-1", "waiting", ""]]);
  timers.pass(AGAIN_MS);
  await settled();
  assert.deepEqual([posted, kept], [["id-1", "id-1"], [1]]);
});

test("a refused file says why and does not hold up the next", async () => {
  const { files, kept, changes } = parcels([{ code: "file_type_refused", words: "No." }, { n: 1 }]);
  files.give(file("a.png", "image/png"), "");
  files.give(file("b.png", "image/png"), "");
  await settled();
  assert.deepEqual(changes, [["id-1", "refused", "No."]]);
  assert.deepEqual(kept, [1]);
});

test("a reload during an upload says which file was not sent, and that only the person can give it again", async () => {
  const storage = new Map();
  const before = parcels([{ code: "file_type_refused", words: "No." }], storage);
  before.files.give(file("a.png", "image/png"), "look");
  before.files.give(file("b.png", "image/png"), "");
  await settled();

  const { files, posted } = parcels([{ n: 1 }], storage);
  assert.deepEqual(files.parcels.map(({ state, name, text }) => [state, name, text]), [["lost", "a.png", "look"], ["lost", "b.png", ""]]);
  assert.equal(files.parcels[0].words, "No.");
  assert.match(files.parcels[1].words, /^“b.png” was not sent, .* choose it again\.$/);
  files.again("id-2");
  files.give(file("c.png", "image/png"), "");
  await settled();
  assert.deepEqual(posted, ["id-11"]);

  files.drop("id-2"); // it had arrived after all, or was put away
  assert.deepEqual(parcels([], storage).files.parcels.map(({ name }) => name), ["a.png"]);
});

test("a browser without storage sends its files all the same", async () => {
  const nothing = { size: 0, get: () => assert.fail("forbidden"), set: () => assert.fail("forbidden") };
  const { files, kept } = parcels([{ n: 1 }], nothing);
  files.give(file("a.png", "image/png"), "");
  await settled();
  assert.deepEqual(kept, [1]);
});

test("a plain request carries id, words, file and token, and refusals come back in words", async () => {
  let asked;
  const answer = { ok: false, status: 409, text: async () => JSON.stringify({ code: "chat_closed", message: "Over." }) };
  const way = { url: "/x/", token: "secret", fetch: async (url, init) => ((asked = { url, ...init }), answer) };
  const told = await post(way, { id: "id-1", text: "hi", file: file("a.png", "image/png") });
  assert.deepEqual(told, { id: "id-1", code: "chat_closed", words: "Over." });
  assert.equal(asked.headers["X-CSRFToken"], "secret");
  assert.deepEqual([asked.body.get("id"), asked.body.get("text"), asked.body.get("file").name], ["id-1", "hi", "a.png"]);
});

test("a server that fails is no refusal", async () => {
  const way = { url: "/x/", token: "", fetch: async () => ({ ok: false, status: 502 }) };
  await assert.rejects(post(way, { id: "id-1", text: "hi" }));
});

for (const [status, ok, words] of [[413, false, /too large for this site/], [403, false, /not accepted. Reload/], [200, true, /not accepted/]]) {
  test(`a page in place of an answer (${status}) is a refusal in words`, async () => {
    const way = { url: "/x/", token: "", fetch: async () => ({ ok, status, text: async () => "<h1>No</h1>" }) };
    const told = await post(way, { id: "id-1", text: "hi" });
    assert.match(told.words, words);
    assert.deepEqual([told.id, told.code], ["id-1", "not_accepted"]);
  });
}

test("an answer that breaks off is no refusal", async () => {
  const way = { url: "/x/", token: "", fetch: async () => ({ ok: false, status: 403, text: async () => Promise.reject(new TypeError("lost")) }) };
  await assert.rejects(post(way, { id: "id-1", text: "hi" }));
});

test("a file that goes on being lost is sent less and less often, and at once when something changes", async () => {
  const { files, timers, posted } = parcels([]);
  files.give(file("a.png", "image/png"), "");
  const pauses = [];
  for (let turn = 0; turn < 6; turn += 1) {
    await settled();
    const started = timers.now();
    for (const before = posted.length; posted.length === before; ) timers.pass(1_000);
    pauses.push(timers.now() - started);
  }
  assert.deepEqual(pauses, [AGAIN_MS, 2 * AGAIN_MS, 4 * AGAIN_MS, 8 * AGAIN_MS, LONGEST_MS, LONGEST_MS]);
  await settled();
  files.pump();
  assert.equal(posted.length, 8);
});

test("what is missing is asked for by number, again while a page is full", async () => {
  const asked = [];
  const fetch = async (url) => {
    asked.push(url);
    const from = Number(url.split("=")[1]);
    const messages = Array.from({ length: Math.min(PAGE, 450 - from) }, (_, index) => ({ n: from + index + 1 }));
    return { ok: true, json: async () => ({ messages }) };
  };
  const numbers = [];
  for await (const { n } of missed({ url: "/x/", token: "", fetch }, 7)) numbers.push(n);
  assert.deepEqual(asked, ["/x/?after=7", "/x/?after=207", "/x/?after=407"]);
  assert.deepEqual(numbers, Array.from({ length: 443 }, (_, index) => index + 8));
});

test("ids are random UUIDs", () => {
  const ids = new Set(Array.from({ length: 50 }, newId));
  assert.equal(ids.size, 50);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
