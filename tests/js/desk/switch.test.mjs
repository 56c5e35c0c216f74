import assert from "node:assert/strict";
import { test } from "node:test";

import { startSwitch } from "../../../static/js/desk/switch.js";

/** A page with the switch (`checked`) or the button "I am back" (no `checked`), as far as the module looks at it. */
function pageWith(checked) {
  const listeners = {};
  const attributes = new Map(checked === undefined ? [] : [["aria-checked", checked]]);
  const focused = [];
  const words = { focus: () => focused.push("words") };
  const button = {
    dataset: {},
    getAttribute: (name) => attributes.get(name) ?? null,
    setAttribute: (name, value) => attributes.set(name, value),
    focus: () => focused.push("button"),
    closest: () => ({ querySelector: () => words }),
  };
  const form = { matches: (what) => what === "form[data-switch]", querySelector: () => button };
  const page = { addEventListener: (name, listener) => (listeners[name] = listener) };
  const touched = [];
  startSwitch(page, (one) => touched.push(one));
  const tell = (name, target = form) => listeners[`htmx:${name}`]({ target });
  return { attributes, button, focused, tell, touched };
}

test("the switch moves before the server has answered, and the touch unlocks the sound", () => {
  const page = pageWith("false");
  page.tell("beforeRequest");
  assert.equal(page.attributes.get("aria-checked"), "true");
  assert.deepEqual(page.touched, [page.button]);
  assert.deepEqual(page.focused, []);
});

test("a switch that did not reach the server goes back", () => {
  const page = pageWith("true");
  page.tell("beforeRequest");
  page.tell("sendError");
  assert.equal(page.attributes.get("aria-checked"), "true");
});

test("I am back unlocks the sound, and the focus waits on the words, because the button goes", () => {
  const page = pageWith();
  page.tell("beforeRequest");
  assert.deepEqual(page.touched, [page.button]);
  assert.deepEqual(page.focused, ["words"]);
  assert.equal(page.attributes.has("aria-checked"), false);
});

test("I am back that did not reach the server has the focus again", () => {
  const page = pageWith();
  page.tell("beforeRequest");
  page.tell("timeout");
  assert.deepEqual(page.focused, ["words", "button"]);
});

test("other forms are left alone", () => {
  const page = pageWith("false");
  page.tell("beforeRequest", { matches: () => false });
  page.tell("sendError", { matches: () => false });
  assert.deepEqual([page.touched, page.focused], [[], []]);
});
