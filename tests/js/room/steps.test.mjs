import assert from "node:assert/strict";
import { test } from "node:test";
import { lineOf, stepOf } from "../../../static/js/room/connection/steps.js";

const facts = (more = {}) => ({ clock: { state: "accepted" }, state: "new", here: true, wasConnected: false, ...more });

test("nobody else is there yet", () => assert.equal(stepOf(facts({ here: false })), "waiting"));

test("the other side is there and no path is found yet", () => assert.equal(stepOf(facts()), "meeting"));

test("a path that does not work is said, whoever is there", () => {
  assert.equal(stepOf(facts({ state: "failed" })), "failed");
  assert.equal(stepOf(facts({ state: "failed", wasConnected: true, here: false })), "failed");
});

test("what was connected once is being connected again", () => {
  assert.equal(stepOf(facts({ wasConnected: true, here: false })), "shaky");
  assert.equal(lineOf(facts({ wasConnected: true })), "Reconnecting");
});

test("while the clock stands the note beside it says why, not the steps", () => {
  const standing = facts({ clock: { state: "interrupted" }, state: "failed" });
  assert.equal(stepOf(standing), "");
  assert.equal(lineOf(standing), "Waiting");
});
