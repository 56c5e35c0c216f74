// What is said when no path is found.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Path, WHY } from "../../../static/js/room/connection/path.js";

const RELAY = { servers: [{ urls: ["turn:turn.example.org?transport=udp"] }], policy: "all" };

function tried({ ice = { servers: [], policy: "all" }, at = { now: 0 } } = {}) {
  const path = new Path({ now: () => at.now });
  const pc = new EventTarget();
  path.frame({ t: "hello", ice });
  path.peer({ pc });
  path.frame({ t: "desc" });
  path.connection("connecting");
  const happen = (kind, facts) => pc.dispatchEvent(Object.assign(new Event(kind), facts));
  return { path, happen, at };
}

test("nothing is said while it is too early to say", () => {
  assert.equal(tried().path.why, "");
});

test("without a relay the page says so when no path is found", () => {
  const { path } = tried();
  path.connection("failed");
  assert.equal(path.why, WHY.none());
});

test("a search that takes long is explained before it fails", () => {
  const { path, at } = tried();
  at.now = 11_000;
  assert.equal(path.why, WHY.none());
});

test("a relay that refuses is named at once", () => {
  const { path, happen } = tried({ ice: RELAY });
  happen("icecandidateerror", { errorCode: 401, url: "turn:turn.example.org?transport=udp" });
  assert.equal(path.why, WHY.refused());
});

test("a relay that refuses by one way and serves by the other is none", () => {
  const { path, happen } = tried({ ice: RELAY });
  happen("icecandidateerror", { errorCode: 401, url: "turn:turn.example.org?transport=tcp" });
  happen("icecandidate", { candidate: { type: "relay" } });
  assert.equal(path.why, "");
});

test("a relay that does not answer is named when the search is late", () => {
  const { path, happen } = tried({ ice: RELAY });
  happen("icecandidateerror", { errorCode: 701, url: "turn:turn.example.org?transport=udp" });
  assert.equal(path.why, "");
  path.connection("failed");
  assert.equal(path.why, WHY.silent());
});

test("errors of a STUN server are no trouble of the relay", () => {
  const { path, happen } = tried({ ice: RELAY });
  happen("icecandidateerror", { errorCode: 701, url: "stun:stun.example.org" });
  path.connection("failed");
  assert.equal(path.why, WHY.blocked());
});

test("whoever wants the relay only where there is none is told at once", () => {
  assert.equal(tried({ ice: { servers: [], policy: "relay" } }).path.why, WHY.unwanted());
});

test("what was wrong is forgotten once the two are connected, and with a new connection", () => {
  const { path, happen } = tried({ ice: RELAY });
  happen("icecandidateerror", { errorCode: 401, url: "turn:turn.example.org" });
  path.connection("connected");
  assert.equal(path.why, "");
  path.connection("failed");
  assert.equal(path.why, WHY.blocked());
});

test("nothing is late before the other side has said a word", () => {
  const at = { now: 0 };
  const path = new Path({ now: () => at.now });
  path.frame({ t: "hello", ice: { servers: [], policy: "all" } });
  at.now = 60_000;
  assert.equal(path.why, "");
});

test("a new connection of the same two does not begin the wait anew", () => {
  const { path, at } = tried();
  at.now = 6_000;
  path.peer({ pc: new EventTarget() });
  path.connection("new");
  path.frame({ t: "desc" });
  at.now = 11_000;
  assert.equal(path.why, WHY.none());
});
