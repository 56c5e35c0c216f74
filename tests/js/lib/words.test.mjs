import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fill, gettext, localeOf, ngettext } from "../../../static/js/lib/words.js";

afterEach(() => delete globalThis.django);

test("without a catalog the English text is the answer", () => {
  assert.equal(gettext("Try again"), "Try again");
  assert.equal(ngettext("%(n)s minute", "%(n)s minutes", 1), "%(n)s minute");
  assert.equal(ngettext("%(n)s minute", "%(n)s minutes", 2), "%(n)s minutes");
});

test("with a catalog it answers in the language of the page", () => {
  globalThis.django = {
    gettext: (text) => (text === "Try again" ? "Erneut versuchen" : text),
    ngettext: (one, many, count) => (count === 1 ? "eine Minute" : "Minuten"),
  };
  assert.equal(gettext("Try again"), "Erneut versuchen");
  assert.equal(ngettext("a minute", "minutes", 3), "Minuten");
});

test("values are filled in by name, in any order, and never looked at again", () => {
  assert.equal(fill("%(b)s before %(a)s", { a: "%(b)s", b: 2 }), "2 before %(b)s");
});

test("dates in English are British, and any other language is its own locale", () => {
  assert.deepEqual(["", "en", "de"].map((lang) => localeOf({ lang })), ["en-GB", "en-GB", "de"]);
});
