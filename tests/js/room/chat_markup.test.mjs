import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pieces } from "../../../static/js/room/chat_markup.js";

const cases = JSON.parse(readFileSync(new URL("markup_cases.json", import.meta.url), "utf8"));

for (const [name, text, expected] of cases) {
  test(`markup: ${name}`, () => {
    assert.deepEqual(pieces(text).map((piece) => [piece.kind, piece.text]), expected);
  });
}

test("a long nonsense is read quickly", () => {
  const started = performance.now();
  for (const sign of ["`", "```", "https://(", "(", "http://a)"]) pieces(sign.repeat(4000).slice(0, 4000));
  assert.ok(performance.now() - started < 500);
});
