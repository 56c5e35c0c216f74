import assert from "node:assert/strict";
import { test } from "node:test";
import { Room } from "../../../static/js/room/room.js";

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
