import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../../../static/js/lib/server_time.js";

/** An element with attributes, and the parts that a ring has. */
class Place {
  constructor(attributes, parts = {}) {
    Object.assign(this, { attributes, parts, inside: [], writes: 0 });
  }
  getAttribute = (name) => this.attributes[name] ?? null;
  setAttribute = (name, value) => void (this.attributes[name] = value);
  hasAttribute = (name) => name in this.attributes;
  toggleAttribute = (name, on) => void (this[name] = on);
  matches = (what) => this.hasAttribute(what.slice(1, -1));
  querySelector = (what) => this.parts[what] ?? null;
  querySelectorAll = () => this.inside;
  set textContent(text) {
    this.writes += 1;
    this.text = text;
  }
  get textContent() {
    return this.text;
  }
}
globalThis.Element = Place;
const { change, draw, learn, startCountdowns } = await import("../../../static/js/ringing/countdown.js");

const ring = (expires) =>
  new Place({ "data-expires": String(expires), "data-total": "60" }, {
    ".left": new Place({ "stroke-dasharray": "200" }),
    ".secs": new Place({}),
  });

test("a ring shows what is left: the arc, the seconds, and words for who hears them", () => {
  const shown = ring(60_000);
  draw(shown, 45_000);
  assert.equal(shown.parts[".left"].attributes["stroke-dashoffset"], "150.0");
  assert.equal(shown.parts[".secs"].text, "0:15");
  assert.equal(shown.parts[".secs"].attributes["aria-label"], "15 seconds left");
});

test("the same second is written once, or a screen reader would say it four times", () => {
  const shown = ring(60_000);
  draw(shown, 45_100);
  draw(shown, 45_350);
  assert.equal(shown.parts[".secs"].writes, 1);
});

test("words that hold until a moment go at that moment, those from it come", () => {
  const [until, from] = [new Place({ "data-until": "5000" }), new Place({ "data-from": "5000" })];
  for (const [now, hidden] of [[4_999, [false, true]], [5_000, [true, false]]]) {
    change(until, now);
    change(from, now);
    assert.deepEqual([until.hidden, from.hidden], hidden);
  }
});

test("a page is right at once, by the time that its server wrote into it, and every quarter second", () => {
  const shown = ring(60_000);
  const note = new Place({ "data-until": "50000" });
  const [written] = [new Place({ "data-now": "45000" })];
  const page = {
    querySelectorAll: (what) => (what.includes("data-now") ? [written] : what.includes("data-expires") ? [shown] : [note]),
  };
  let local = 0;
  let tick;
  startCountdowns(page, new ServerClock(() => local), (run, ms) => assert.equal(ms, 250, (tick = run)));
  assert.deepEqual([shown.parts[".secs"].text, note.hidden], ["0:15", false]);
  local = 10_000;
  tick();
  assert.deepEqual([shown.parts[".secs"].text, note.hidden], ["0:05", true]);
});

test("a piece that has just come sets the clock by itself and by what is in it", () => {
  const seen = [];
  const piece = new Place({ "data-now": "7000" });
  piece.inside = [new Place({ "data-now": "8000" })];
  learn(piece, { saw: (now) => seen.push(now) });
  learn(new Place({}), { saw: (now) => seen.push(now) });
  assert.deepEqual(seen, [7_000, 8_000]);
});
