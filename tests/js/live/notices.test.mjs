import assert from "node:assert/strict";
import { test } from "node:test";
import { startNotices } from "../../../static/js/site/notices.js";

function play(kept = null, key = "missed-7") {
  const store = new Map(kept ? [["quarter-closed-notice", kept]] : []);
  globalThis.sessionStorage = { getItem: (name) => store.get(name) ?? null, setItem: (name, value) => store.set(name, value) };
  const told = { removed: 0, focused: 0 };
  const notice = { getAttribute: () => key, remove: () => (told.removed += 1) };
  const button = { hidden: true, removeAttribute: () => (button.hidden = false), closest: () => notice };
  const page = {
    listeners: {},
    addEventListener: (name, run) => (page.listeners[name] = run),
    querySelectorAll: (what) => (what.includes("close") ? [button] : [notice]),
    getElementById: () => ({ focus: () => (told.focused += 1) }),
  };
  startNotices(page);
  return { page, told, button, press: () => page.listeners.click({ target: { closest: () => button } }) };
}

test("the close button is shown by the script that serves it", () => {
  assert.equal(play().button.hidden, false);
});

test("a closed note is gone, the focus is somewhere, and the next page remembers it", () => {
  const { told, press } = play();
  press();
  assert.deepEqual(told, { removed: 1, focused: 1 });
  assert.equal(globalThis.sessionStorage.getItem("quarter-closed-notice"), "missed-7");
  assert.equal(play("missed-7").told.removed, 1);
});

test("the note about another missed ring is shown", () => {
  assert.equal(play("missed-6").told.removed, 0);
});

test("a passing message is closed without being remembered", () => {
  const { told, press } = play(null, "");
  press();
  assert.equal(told.removed, 1);
  assert.equal(globalThis.sessionStorage.getItem("quarter-closed-notice"), null);
});
