import assert from "node:assert/strict";
import { test } from "node:test";
import { startUnsent } from "../../../static/js/site/unsent.js";

function holder() {
  const lines = [];
  return {
    lines,
    append: (line) => lines.push(Object.assign(line, { remove: () => lines.splice(lines.indexOf(line), 1) })),
    querySelectorAll: () => [...lines],
  };
}

/** A page with a form in a window, and one that is in none. */
function play() {
  const listeners = {};
  const [notices, within] = [holder(), holder()];
  const followed = [];
  const page = {
    addEventListener: (name, run) => (listeners[name] = run),
    getElementById: () => notices,
    createElement: () => ({ dataset: {} }),
  };
  startUnsent(page, (address) => followed.push(address));
  const form = { matches: (what) => what === "form", closest: () => null };
  const inWindow = { matches: (what) => what === "form", closest: () => ({ querySelector: () => within }) };
  const tell = (name, target) => listeners[`htmx:${name}`]({ target });
  return { notices, within, form, inWindow, followed, tell };
}

for (const failure of ["sendError", "timeout"]) {
  test(`an answer to a call that got no answer (${failure}) says so in its window`, () => {
    const { notices, within, inWindow, tell } = play();
    tell("beforeRequest", inWindow);
    tell(failure, inWindow);
    assert.match(within.lines[0].textContent, /Check your connection, then try again/);
    assert.equal(notices.lines.length, 0);
  });
}

test("a press on the page itself says so above it, once", () => {
  const { notices, form, tell } = play();
  tell("sendError", form);
  tell("sendError", form);
  assert.equal(notices.lines.length, 1);
});

test("the words go with the next press", () => {
  const { within, inWindow, tell } = play();
  tell("timeout", inWindow);
  tell("beforeRequest", inWindow);
  assert.equal(within.lines.length, 0);
});

test("the words stay while a link beside is asked for", () => {
  const { notices, form, tell } = play();
  tell("timeout", form);
  tell("beforeRequest", { matches: (what) => what === "a[href]", closest: () => null });
  assert.equal(notices.lines.length, 1);
});

test("what is no form is left alone", () => {
  const { notices, tell } = play();
  tell("sendError", { matches: () => false });
  assert.equal(notices.lines.length, 0);
});

test("an answer that is an error is not called a silence", () => {
  const { notices, form, tell } = play();
  tell("responseError", form);
  assert.match(notices.lines[0].textContent, /server could not do that/);
});

test("a filter whose answer does not come is followed as a link", () => {
  const { notices, followed, tell } = play();
  tell("timeout", { matches: (what) => what === "a[href]", href: "/consultants/?now=1" });
  assert.deepEqual(followed, ["/consultants/?now=1"]);
  assert.equal(notices.lines.length, 0);
});
