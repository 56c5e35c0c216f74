import assert from "node:assert/strict";
import { test } from "node:test";
import { clockWords, drawAll, minutesLeft } from "../../../static/js/site/times.js";

const NOON = Date.parse("2026-03-02T12:00:00Z");
const MINUTE = 60000;

/** @param {Record<string, string>} attributes */
function piece(attributes, parts = {}) {
  return {
    attributes,
    textContent: "",
    hidden: false,
    getAttribute: (name) => attributes[name] ?? null,
    setAttribute: (name, value) => (attributes[name] = value),
    toggleAttribute(name, on) {
      this[name] = on;
    },
    querySelector: (name) => parts[name] ?? null,
    closest: () => ({ querySelector: (name) => parts[name] ?? null }),
  };
}

/** @param {{ back?: object[], left?: object[] }} found */
const root = ({ back = [], left = [] }) => ({
  querySelectorAll: (what) => (what === "[data-back]" ? back : left),
});

test("the same moment is another hour for readers elsewhere", () => {
  const moment = NOON + 90 * MINUTE;
  assert.equal(clockWords(moment, NOON, "Europe/Oslo"), "14:30");
  assert.equal(clockWords(moment, NOON, "Asia/Tokyo"), "22:30");
});

test("another day there has its name, midnight is 00", () => {
  assert.equal(clockWords(NOON + 180 * MINUTE, NOON, "Asia/Tokyo"), "Tue 00:00");
  assert.equal(clockWords(NOON + 180 * MINUTE, NOON, "America/Lima"), "10:00");
});

test("another day is named in the page's language", () => {
  assert.equal(clockWords(NOON + 180 * MINUTE, NOON, "Asia/Tokyo", "de"), "Di 00:00");
});

test("a return that is past is not promised any more", () => {
  const time = piece({ datetime: "2026-03-02T12:10:00Z" });
  const back = piece({}, { time });
  drawAll(root({ back: [back] }), NOON, "UTC");
  assert.equal(back.hidden, false);
  assert.equal(time.textContent, "12:10");
  drawAll(root({ back: [back] }), NOON + 10 * MINUTE, "UTC");
  assert.equal(back.hidden, true);
});

test("minutes are rounded up and never none", () => {
  assert.deepEqual([0, 1, MINUTE, MINUTE + 1].map(minutesLeft), [1, 1, 1, 2]);
});

test("minutes and pie follow the clock together", () => {
  const fg = piece({});
  const left = piece({ "data-free-at": "2026-03-02T12:07:30Z", "data-of": "900" }, { ".fg": fg });
  drawAll(root({ left: [left] }), NOON, "UTC");
  assert.equal(left.textContent, ", free in about 8 min");
  assert.equal(fg.attributes["stroke-dashoffset"], "22.0");
  drawAll(root({ left: [left] }), NOON + 60 * MINUTE, "UTC");
  assert.equal(left.textContent, ", free in about 1 min");
  assert.equal(fg.attributes["stroke-dashoffset"], "44.0");
});
