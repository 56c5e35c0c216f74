// What is begun before the room's page is complete.
import assert from "node:assert/strict";
import { test } from "node:test";
import { devicesAllowed, Early } from "../../../static/js/room/connection/early.js";

function begun({ address = "/ws/room/1/", speaks = true, state = 1, allowed = async () => true } = {}) {
  const opened = [];
  const asked = [];
  const devices = async () => {
    asked.push("asked");
    return asked.length;
  };
  const open = (path) => {
    opened.push({ path, readyState: state });
    return opened.at(-1);
  };
  return { early: new Early({ address, speaks, open, allowed, devices }), opened, asked };
}

test("the socket is opened at once and given away once", () => {
  const { early, opened } = begun();
  assert.equal(opened.length, 1);
  assert.equal(early.take("/ws/room/1/"), opened[0]);
  assert.notEqual(early.take("/ws/room/1/"), opened[0]);
});

test("a socket that closed meanwhile is replaced", () => {
  const { early, opened } = begun({ state: 3 });
  assert.equal(early.take("/ws/room/1/"), opened[1]);
});

test("a page that was left begins nothing", () => {
  const { early, opened } = begun({ address: "" });
  assert.equal(opened.length, 0);
  assert.equal(early.take("/ws/room/1/").path, "/ws/room/1/");
});

test("a browser that cannot tell what is allowed is one that asks", async () => {
  const { early } = begun({ allowed: () => Promise.reject(new TypeError("camera is no name")) });
  assert.equal(await early.allowed, false);
  assert.equal(await devicesAllowed(undefined), false);
});

test("only both devices together are allowed", async () => {
  const permissions = (camera) => ({
    query: async ({ name }) => ({ state: name === "camera" ? camera : "granted" }),
  });
  assert.equal(await devicesAllowed(permissions("granted")), true);
  assert.equal(await devicesAllowed(permissions("prompt")), false);
});

test("devices that open without a question are opened at once and given away once", async () => {
  const { early, asked } = begun();
  await early.opening;
  assert.equal(asked.length, 1);
  assert.equal(await early.takeDevices(), 1);
  assert.equal(await early.takeDevices(), 2);
});

test("devices that need a question, or that a call in writing does not need, wait", async () => {
  for (const parts of [{ allowed: async () => false }, { speaks: false }, { address: "" }]) {
    const { early, asked } = begun(parts);
    await early.opening;
    assert.equal(asked.length, 0);
    assert.equal(await early.takeDevices(), 1);
  }
});
