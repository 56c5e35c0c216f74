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

test("a link followed by thousands of brackets is read as quickly", () => {
  const [link, brackets] = ["https://a", ")".repeat(4000)];
  const started = performance.now();
  for (let turn = 0; turn < 20; turn += 1) {
    assert.deepEqual(pieces(link + brackets), [{ kind: "link", text: link }, { kind: "words", text: brackets }]);
  }
  assert.ok(performance.now() - started < 200);
});

test("a long nonsense is read quickly", () => {
  const started = performance.now();
  for (const sign of ["`", "```", "https://(", "(", "http://a)"]) pieces(sign.repeat(4000).slice(0, 4000));
  assert.ok(performance.now() - started < 500);
});
