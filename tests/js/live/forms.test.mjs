import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLFormElement ??= class {};
const { addToken, showRefusals } = await import("../../../static/js/site/forms.js");
const { startSheets } = await import("../../../static/js/site/sheet.js");

function answered(status, responseText = "<p>Not now.</p>") {
  let listener;
  showRefusals({ addEventListener: (_, run) => (listener = run) });
  const detail = { xhr: { status, responseText }, shouldSwap: false, isError: true };
  listener({ detail });
  return [detail.shouldSwap, detail.isError];
}

for (const status of [402, 403, 404, 409, 410, 422, 429, 503]) {
  test(`a refusal (${status}) is shown in its words`, () => assert.deepEqual(answered(status), [true, false]));
}

test("a failure, and a whole page in place of words, are not put into the page", () => {
  assert.deepEqual(answered(500), [false, true]);
  assert.deepEqual(answered(404, "<!doctype html><html>Not found</html>"), [false, true]);
});

/** The fields that a form of this method has after a piece with it came in. */
function fieldsOf(method, known) {
  const fields = [];
  const form = {
    getAttribute: () => method,
    elements: { namedItem: () => known ?? null },
    append: (field) => fields.push([field.name, field.value]),
  };
  const page = { body: { getAttribute: () => '{"X-CSRFToken": "key"}' }, createElement: () => ({}) };
  addToken(page, { querySelectorAll: () => [form] });
  return fields;
}

test("a form that came by the socket gets the page's token, if it posts and has none", () => {
  assert.deepEqual(fieldsOf("post"), [["csrfmiddlewaretoken", "key"]]);
  assert.deepEqual(fieldsOf("post", {}), []);
  assert.deepEqual(fieldsOf("get"), [], "the token would stand in an address");
});

test("a second press while the first is on its way sends nothing", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const listeners = {};
  startSheets({ addEventListener: (name, run) => (listeners[name] = run) }, {});
  const form = { dataset: {}, matches: () => true, hasAttribute: () => false };
  const press = () => {
    let prevented = false;
    listeners.submit({ target: form, preventDefault: () => (prevented = true) });
    return prevented;
  };
  assert.deepEqual([press(), press()], [false, true]);
  t.mock.timers.tick(5_000);
  assert.equal(press(), false);
});
