import assert from "node:assert/strict";
import { test } from "node:test";
import { have, leftOut, replace } from "../../../static/js/live/elements.js";
import { LivePage } from "../../../static/js/live/index.js";

const REQUEST = "consultation-1";
globalThis.HTMLElement ??= class {};

/** The ringing page of a client, its socket open and its topics watched. */
function ringing() {
  const visited = [];
  globalThis.location = { assign: (url) => visited.push(url) };
  const ring = { id: REQUEST, getAttribute: (name) => ({ "data-state": "ringing", "data-v": "1" })[name] };
  const page = {
    title: "Ringing",
    documentElement: { lang: "en" },
    body: { dataset: { topics: "q:1", sig: "7.x" } },
    querySelector: () => null,
    querySelectorAll: () => [ring],
    getElementById: (id) => (id === REQUEST ? ring : null),
  };
  const live = new LivePage(page);
  const sent = [];
  live.socket.send = (frame) => sent.push(frame);
  live.hello();
  return { live, sent, visited };
}

test("looking again asks for what is newer than what the page has", () => {
  const { live, sent } = ringing();
  live.lookAgain();
  assert.deepEqual(sent, [{ t: "watch", topics: ["q:1"], sig: "7.x", have: { [REQUEST]: 1 } }]);
});

test("where sockets are blocked it asks by an ordinary request", () => {
  const { live, sent } = ringing();
  let asked = 0;
  live.poll = async () => (asked += 1);
  live.fallback.on = true;
  live.lookAgain();
  assert.deepEqual([asked, sent], [1, []]);
});

test("told twice to leave, the page leaves once and asks no more", () => {
  const { live, sent, visited } = ringing();
  const go = { t: "go", url: "/consultations/1/", id: REQUEST, state: "ringing" };
  live.heard(go);
  live.heard(go);
  live.lookAgain();
  assert.deepEqual(visited, ["/consultations/1/"]);
  assert.deepEqual(sent, []);
});

test("told to leave a state that the page no longer shows, it stays", () => {
  const { live, visited } = ringing();
  live.heard({ t: "go", url: "/consultations/1/", id: REQUEST, state: "accepted" });
  assert.deepEqual(visited, []);
});

test("another list that came in is watched; the same one is not watched again", () => {
  const { live, sent } = ringing();
  live.watchAgain();
  assert.deepEqual(sent, []);
  live.page.body.dataset = { topics: "q:2", sig: "8.x" };
  live.watchAgain();
  assert.deepEqual(sent.map(({ topics }) => topics), [["q:2"]]);
});

test("with the first news of a socket that is back, what was acknowledged is said again", () => {
  const { live } = ringing();
  let again = 0;
  live.popups.again = () => (again += 1);
  for (const t of ["snap", "html"]) live.heard({ t, els: [], only: {} });
  assert.equal(again, 1);
});

test("what the page does not show becomes a window only if it is a request", () => {
  const { live } = ringing();
  const came = [];
  live.popupFrom = (piece) => came.push(piece.id);
  live.heard({ t: "html", els: [{ id: "req-9", v: 1, html: "" }, { id: "c-9", v: 1, html: "" }] });
  assert.deepEqual(came, ["req-9"]);
});

test("only a window among the requests goes with its request", () => {
  const { live } = ringing();
  const piece = (id, place) => ({ id, getAttribute: () => "1", closest: () => place });
  live.page.querySelectorAll = () => [piece("req-1", {}), piece("req-2", null), piece("req-3", {})];
  const gone = [];
  live.popups.remove = ({ id }) => gone.push(id);
  live.heard({ t: "html", els: [], only: { "req-": ["req-3"] } });
  assert.deepEqual(gone, ["req-1"]);
});

for (const [socket, fallback, asks] of [[true, true, 0], [false, false, 0], [false, true, 1]]) {
  test(`an acknowledgement goes once: socket ${socket}, ordinary requests ${fallback}`, () => {
    const { live } = ringing();
    const asked = [];
    globalThis.fetch = async (url, { method, body }) => asked.push([url, method, String(body)]);
    live.page.body.getAttribute = () => null;
    live.socket.send = () => socket;
    live.fallback.on = fallback;
    live.tell({ t: "seen", request: "1" }, { dataset: { tell: "/consultations/1/told/" } });
    assert.deepEqual(asked, asks ? [["/consultations/1/told/", "POST", "t=seen"]] : []);
  });
}

test("whether anybody is there is asked of the socket, not of one that was given up", () => {
  const { live } = ringing();
  let proofs = 0;
  live.socket.prove = () => (proofs += 1);
  live.fallback.on = true;
  live.check();
  assert.equal(proofs, 0);
  live.fallback.on = false;
  live.check();
  assert.equal(proofs, 1);
});

test("the server was heard when the later of both ways was answered", () => {
  const { live } = ringing();
  const seen = (heardAt, polledAt) => (Object.assign(live, { polledAt }), (live.socket.heardAt = heardAt), live.checkedAt);
  assert.deepEqual([seen(null, null), seen(5, null), seen(null, 7), seen(5, 7), seen(9, 7)], [null, 5, 7, 7, 9]);
});

test("an error page is no answer of the server's news", async () => {
  const { live } = ringing();
  globalThis.fetch = async () => ({ ok: false, status: 503, json: async () => [] });
  await assert.rejects(live.poll(), /503/);
  assert.equal(live.checkedAt, null);
});

test("a page whose sign-in ended is loaded anew, and not again within half a minute", (t) => {
  t.mock.timers.enable({ apis: ["Date", "setTimeout"], now: 1_000_000 });
  const kept = new Map();
  globalThis.sessionStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const { live } = ringing();
  let loads = 0;
  globalThis.location.reload = () => (loads += 1);
  const told = [live.reload(), live.reload()];
  t.mock.timers.tick(2_000);
  assert.deepEqual([told, loads], [[true, false], 1]);
  t.mock.timers.tick(28_000);
  assert.equal(live.reload(), true);
});

/** As much of an element as a swap needs. */
class Piece {
  constructor(v, words) {
    Object.assign(this, { id: "engaged-7", v, words, children: [] });
  }
  getAttribute = () => String(this.v);
  setAttribute = (_, v) => (this.v = Number(v));
  contains = () => false;
  isEqualNode = (other) => this.words === other.words && this.v === other.v;
  replaceWith = (other) => (this.swapped = other);
}

for (const [words, swapped] of [["Your call is open.", false], ["Mara waits for you.", true]]) {
  test(`a piece that says ${swapped ? "something else is swapped" : "the same stays where it is"}`, () => {
    const old = new Piece(1, "Your call is open.");
    const page = {
      querySelectorAll: () => [old],
      createElement: () => ({ content: { firstElementChild: new Piece(2, words) } }),
    };
    replace(page, { id: "engaged-7", v: 2, html: "" }, () => {});
    assert.equal(Boolean(old.swapped), swapped);
    assert.equal(old.v, swapped ? 1 : 2);
  });
}

for (const v of [1, 2]) {
  test(`a piece of version ${v} does not take the place of version 2`, () => {
    const old = new Piece(2, "Free now");
    const page = {
      querySelectorAll: () => [old],
      createElement: () => ({ content: { firstElementChild: new Piece(v, "Away") } }),
    };
    assert.equal(replace(page, { id: "engaged-7", v, html: "" }, () => {}), 0);
    assert.equal(old.swapped, undefined);
  });
}

test("a piece that stands twice on a page is as old as its older place", () => {
  const places = [new Piece(5, "new"), new Piece(3, "old"), new Piece(4, "newer")];
  assert.deepEqual(have({ querySelectorAll: () => places }), { "engaged-7": 3 });
});

test("what is left out of a list is exactly what the list does not name", () => {
  const places = ["req-1", "req-2", "c-1"].map((id) => Object.assign(new Piece(1, ""), { id }));
  assert.deepEqual(leftOut({ querySelectorAll: () => places }, { "req-": ["req-2"] }).map(({ id }) => id), ["req-1"]);
});

test("who has the focus in a piece that is written anew keeps it, and what came in is made ready", () => {
  class Stop extends globalThis.HTMLElement {
    tagName = "BUTTON";
    focus = () => (this.focused = true);
  }
  const [old, fresh] = [new Piece(1, "Free now"), new Piece(2, "Away")];
  const [was, other, same] = [new Stop(), new Stop(), new Stop()];
  was.id = same.id = "call-7";
  old.contains = (element) => element === was;
  old.querySelectorAll = () => [was];
  fresh.querySelectorAll = () => [other, same];
  const ready = [];
  const page = {
    activeElement: was,
    querySelectorAll: () => [old],
    createElement: () => ({ content: { firstElementChild: fresh } }),
  };
  replace(page, { id: "engaged-7", v: 2, html: "" }, (element) => ready.push(element));
  assert.deepEqual([same.focused, other.focused, ready], [true, undefined, [fresh]]);
});
