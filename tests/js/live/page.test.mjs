import assert from "node:assert/strict";
import { test } from "node:test";
import { replace } from "../../../static/js/live/elements.js";
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
