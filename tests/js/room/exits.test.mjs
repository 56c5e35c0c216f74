import assert from "node:assert/strict";
import { test } from "node:test";
import { Exits } from "../../../static/js/room/exits.js";

const LEAVE = { action: "/consultations/1/leave/", body: "token" };

function answer(status, next = null) {
  return { status, headers: { get: (name) => (name === "HX-Redirect" ? next : null) } };
}

/** A room whose server gives these answers, one a press; an Error is a network that fails. */
function room(...answers) {
  const told = { asked: [], went: [], words: [], reloads: 0 };
  const exits = new Exits({
    fetch: async (url, init) => {
      told.asked.push([url, init.method, init.body]);
      const next = answers.shift();
      if (next instanceof Error) throw next;
      return next;
    },
    go: (url) => told.went.push(url),
    reload: () => (told.reloads += 1),
    unsaved: (words) => told.words.push(words),
  });
  return { exits, told };
}

test("leaving goes to the page that the server names", async () => {
  const { exits, told } = room(answer(204, "/consultations/"));
  await exits.take(LEAVE);
  assert.deepEqual(told.asked, [["/consultations/1/leave/", "POST", "token"]]);
  assert.deepEqual([told.went, told.words, told.reloads], [["/consultations/"], [""], 0]);
});

for (const [name, problem] of [["is away", new TypeError("Failed to fetch")], ["fails", answer(502)]]) {
  test(`a server that ${name} does not cost the call, and the next press works`, async () => {
    const { exits, told } = room(problem, answer(204, "/consultations/1/"));
    await exits.take(LEAVE);
    assert.match(told.words.at(-1), /not saved yet. Try again/);
    assert.deepEqual([told.went, told.reloads], [[], 0]);
    await exits.take(LEAVE);
    assert.equal(told.words.at(-1), "");
    assert.deepEqual(told.went, ["/consultations/1/"]);
  });
}

test("a refusal shows the page as it is now", async () => {
  const { exits, told } = room(answer(409));
  await exits.take(LEAVE);
  assert.deepEqual([told.went, told.reloads], [[], 1]);
});

test("pressing twice asks once", async () => {
  const { exits, told } = room(answer(204, "/consultations/"), answer(409));
  await Promise.all([exits.take(LEAVE), exits.take(LEAVE)]);
  await exits.take(LEAVE);
  assert.equal(told.asked.length, 1);
});
