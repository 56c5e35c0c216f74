import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pieces } from "../../../static/js/room/chat/markup.js";

const cases = JSON.parse(readFileSync(new URL("markup_cases.json", import.meta.url), "utf8"));

for (const [name, text, expected] of cases) {
  test(`markup: ${name}`, () => {
    assert.deepEqual(pieces(text).map((piece) => [piece.kind, piece.text]), expected);
  });
}

/** Milliseconds of this process's own work: how busy the machine is does not count. */
function work(run) {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

test("a link followed by thousands of brackets is read as quickly", () => {
  const [link, brackets] = ["https://a", ")".repeat(40_000)];
  const expected = [{ kind: "link", text: link }, { kind: "words", text: brackets }];
  const took = work(() => assert.deepEqual(pieces(link + brackets), expected));
  assert.ok(took < 1_000, `${took} ms; counting the brackets anew at each of them takes many seconds`);
});

test("a long nonsense is read quickly", () => {
  const took = work(() => {
    for (const sign of ["`", "```", "https://(", "(", "http://a)"]) pieces(sign.repeat(4000).slice(0, 4000));
  });
  assert.ok(took < 500, `${took} ms`);
});
