import assert from "node:assert/strict";
import { test } from "node:test";
import { Room } from "../../../static/js/room/room.js";
import { SIGN_IN_MS } from "../../../static/js/room/connection/signal.js";
import { FakeTimers } from "./fakes.mjs";

/** A room of which only the given parts are there; `did` is what it did, in order. */
function room(parts = {}) {
  const did = [];
  const does = (name) => (...words) => void did.push([name, ...words]);
  const made = Object.assign(Object.create(Room.prototype), {
    timers: new FakeTimers(),
    features: [],
    finished: false,
    call: { take: (frame) => does("call takes")(frame.t), close: does("call closes"), setSending: does("sends") },
    own: { tell: does("media told"), stop: does("devices closed") },
    witness: { asked: does("witness asked") },
    clock: { set: does("clock set"), flowing: false },
    stage: { setHearing: does("hears") },
    notes: { cover: does("covered") },
    show() {},
    reload: does("reloaded"),
    ...parts,
  });
  return { made, did };
}

test("a hello tells what is switched on here, and goes to the clock and the call", () => {
  const { made, did } = room();
  made.take({ t: "hello", state: "live" });
  assert.deepEqual(did.map(([what]) => what), ["clock set", "sends", "hears", "media told", "call takes"]);
  assert.deepEqual(did[1], ["sends", false], "the clock stands");
});

test("the server's question goes to the witness alone", () => {
  const { made, did } = room();
  made.take({ t: "beat", ack: 7 });
  assert.deepEqual(did, [["witness asked", 7]]);
});

for (const stays of [false, true]) {
  test(`a consultation that is over ${stays ? "keeps the page that says goodbye" : "reloads the page"}, once`, () => {
    const { made, did } = room({ features: [{ over: () => stays }] });
    made.time({ t: "clock", state: "ended" });
    made.time({ t: "clock", state: "ended" });
    assert.equal(did.filter(([what]) => what === "reloaded").length, stays ? 0 : 1);
    made.final(4410);
    assert.equal(did.filter(([what]) => what === "reloaded").length, stays ? 0 : 2);
  });
}

test("a sign-in that ended reloads the page a moment later, without a cover", () => {
  const { made, did } = room();
  made.final(4401);
  assert.deepEqual(did, []);
  made.timers.pass(SIGN_IN_MS);
  assert.deepEqual(did, [["reloaded"]]);
});

for (const [code, cover] of [[4409, "taken"], [4429, "closed"], [4403, "closed"]]) {
  test(`a page that is sent away by ${code} gives the devices back and says so (${cover})`, () => {
    const { made, did } = room();
    made.final(code);
    assert.deepEqual(did, [["call closes"], ["devices closed"], ["covered", cover, code]]);
  });
}

test("a page that goes is not told to go again every second: a slow answer would never arrive", (t) => {
  let loads = 0;
  const before = Object.getOwnPropertyDescriptor(globalThis, "location");
  Object.defineProperty(globalThis, "location", { value: { reload: () => (loads += 1) }, configurable: true });
  t.after(() => (before ? Object.defineProperty(globalThis, "location", before) : delete globalThis.location));
  const room = Object.assign(Object.create(Room.prototype), { features: [], signal: { stop() {} } });

  room.reload();
  room.reload();

  assert.equal(loads, 1);
});
