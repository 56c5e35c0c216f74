import assert from "node:assert/strict";
import { test } from "node:test";

import { browserZone, startTimeZone } from "../../../static/js/site/timezone.js";

function pageWith({ fields = [], buttons = [] } = {}) {
  return { cookie: "", querySelectorAll: (what) => (what.startsWith("input") ? fields : buttons) };
}

test("an empty field is filled, a filled one is kept", () => {
  const fields = [{ value: "" }, { value: "Asia/Tokyo" }];
  startTimeZone(pageWith({ fields }), "Europe/Oslo");
  assert.deepEqual(fields.map((field) => field.value), ["Europe/Oslo", "Asia/Tokyo"]);
});

test("the zone in use is not offered again", () => {
  const button = { value: "Europe/Oslo", hidden: true };
  startTimeZone(pageWith({ buttons: [button] }), "Europe/Oslo");
  assert.equal(button.hidden, true);
});

test("another zone is offered by its name", () => {
  const shown = [];
  const name = { replaceChildren: (words) => shown.push(words) };
  const button = { value: "Europe/Oslo", hidden: true, querySelector: () => name };
  startTimeZone(pageWith({ buttons: [button] }), "America/New_York");
  assert.deepEqual([button.value, button.hidden, shown[0]], ["America/New_York", false, "America/New York"]);
});

test("a browser that does not tell its zone changes nothing", () => {
  const page = pageWith({ fields: [{ value: "" }] });
  startTimeZone(page, "");
  assert.equal(page.cookie, "");
});

test("the zone is a name of the zone database", () => {
  assert.match(browserZone(), /^[A-Z]/);
});
