import assert from "node:assert/strict";
import { test } from "node:test";

import { shownTheme, startTheme } from "../../../static/js/site/theme.js";

/** A page with one theme button, as far as the module looks at it. */
function pageWith({ chosen = "", device = "light" } = {}) {
  const button = new Map();
  const listeners = {};
  const page = {
    button,
    documentElement: { dataset: chosen ? { theme: chosen } : {} },
    defaultView: { matchMedia: () => ({ matches: device === "dark" }) },
    querySelector: () => null,
    querySelectorAll: () => [{ setAttribute: (name, value) => button.set(name, value) }],
    addEventListener: (name, listener) => (listeners[name] = listener),
    press: (form) => listeners.submit({ target: form, preventDefault: () => undefined }),
  };
  return page;
}

test("the chosen theme wins over the device's", () => {
  assert.equal(shownTheme(pageWith({ chosen: "light", device: "dark" })), "light");
});

test("without a choice the device decides", () => {
  assert.equal(shownTheme(pageWith({ device: "dark" })), "dark");
});

test("the button is named by what it will do", () => {
  const page = pageWith({ device: "dark" });
  startTheme(page, async () => undefined);
  assert.equal(page.button.get("aria-label"), "Switch to light theme");
});

test("other forms are left alone", () => {
  const page = pageWith();
  startTheme(page, () => assert.fail("nothing to send"));
  page.press({ matches: () => false });
  assert.equal(page.documentElement.dataset.theme, undefined);
});
