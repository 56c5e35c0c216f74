import assert from "node:assert/strict";
import { test } from "node:test";
import { delay } from "../../../static/js/lib/backoff.js";
import { LiveSocket } from "../../../static/js/live/socket.js";
import { FakeSocket, Timers } from "./_page.mjs";

function play() {
  const made = [];
  const told = { states: [], frames: [], reloads: 0 };
  const timers = new Timers();
  const clock = { now: 0 };
  const live = new LiveSocket({
    open: () => {
      made.push(new FakeSocket());
      return made.at(-1);
    },
    hello: () => ({ t: "watch", topics: [] }),
    frame: (frame) => told.frames.push(frame),
    state: (state, failures) => told.states.push([state, failures]),
    reload: () => (told.reloads += 1),
    timers,
    random: () => 1,
    steady: () => clock.now,
  });
  live.start();
  return { clock, live, made, told, timers };
}

test("says what it watches as soon as it is open", () => {
  const { made } = play();
  made[0].opened();
  assert.deepEqual(made[0].sent, [{ t: "watch", topics: [] }]);
});

for (const code of [1000, 1001, 1005, 1006, 1011, 1012, 1013, 4011, 4013]) {
  test(`comes back after close code ${code}`, () => {
    const { made, timers } = play();
    made[0].opened();
    made[0].close(code);
    assert.equal(timers.delays.length, 1);
    timers.fire();
    assert.equal(made.length, 2);
  });
}

for (const code of [4401, 4403, 4404, 4409, 4410, 4413, 4429]) {
  test(`never comes back after ${code}`, () => {
    const { live, made, timers, told } = play();
    made[0].opened();
    made[0].close(code);
    live.nudge();
    assert.deepEqual(timers.delays, []);
    assert.equal(made.length, 1);
    assert.equal(told.reloads, code === 4401 ? 1 : 0);
    assert.equal(told.states.length, code === 4401 ? 0 : 1); // nor does it ask by other ways for who was signed in
  });
}

test("waits longer after each failure, never longer than the cap", () => {
  const waits = [0, 1, 2, 3, 10, 50].map((failures) => delay(failures, () => 1));
  assert.deepEqual(waits, [300, 600, 1200, 2400, 8_000, 8_000]);
  assert.equal(delay(3, () => 0), 0);
});

test("only a snapshot resets the failures: a socket that opens and dies still backs off", () => {
  const { made, timers, told } = play();
  made[0].opened();
  made[0].close(1011);
  timers.fire();
  made[1].opened();
  made[1].close(1011);
  assert.deepEqual(timers.delays, [600]);
  timers.fire();
  made[2].opened();
  made[2].hear({ t: "snap", els: [], only: {} });
  made[2].close(1006);
  assert.deepEqual(timers.delays, [300]);
  assert.deepEqual(told.states.map(([state]) => state), ["lost", "lost", "open", "lost"]);
});

test("the network is back: tries at once and only once", () => {
  const { live, made, timers } = play();
  made[0].close(1006);
  live.nudge();
  live.nudge();
  assert.equal(made.length, 2);
  assert.deepEqual(timers.delays, [10_000]);
});

test("a nudge opens no socket beside an open one, and asks the one that has not said a word", () => {
  const { live, made, timers } = play();
  made[0].opened();
  const waits = [...timers.waiting.keys()];
  live.nudge();
  live.nudge();
  assert.deepEqual([made.length, made[0].sent.length], [1, 3]);
  assert.deepEqual([...timers.waiting.keys()], waits, "each nudge gave it more time");
});

test("what an abandoned socket still says is not heard", () => {
  const { live, made, told } = play();
  made[0].close(1006);
  live.nudge();
  made[0].hear({ t: "html", els: [] });
  made[0].close(4401);
  assert.deepEqual(told.frames, []);
  assert.equal(told.reloads, 0);
});

test("a frame that is no JSON is ignored", () => {
  const { made, told } = play();
  made[0].opened();
  made[0].hear("<html>");
  assert.deepEqual(told.frames, []);
});

const SNAP = { t: "snap", els: [], only: {} };

test("a handshake that nobody answers counts as a failure", () => {
  const { made, timers, told } = play();
  assert.deepEqual(timers.delays, [10_000]);
  timers.fire();
  assert.deepEqual(told.states, [["lost", 1]]);
  assert.equal(made[0].readyState, 3);
  assert.deepEqual(timers.delays, [300]);
});

test("a machine that slept: the socket looks open, says nothing, and is given up", () => {
  const { clock, live, made, timers, told } = play();
  made[0].opened();
  made[0].hear(SNAP);
  clock.now = 60_000;
  live.nudge();
  assert.equal(made[0].sent.length, 2);
  assert.deepEqual(timers.delays, [5_000]);
  timers.fire();
  assert.deepEqual(told.states.at(-1), ["lost", 1]);
  timers.fire();
  assert.equal(made.length, 2);
});

test("a socket that is given up is left at once: its own close may take minutes", () => {
  const { made, timers, told } = play();
  made[0].opened();
  made[0].close = () => {};
  timers.fire();
  assert.deepEqual(told.states, [["lost", 1]]);
  timers.fire();
  assert.equal(made.length, 2);
});

test("a socket that answers is kept, and says when it was heard", () => {
  const { clock, live, made, timers } = play();
  made[0].opened();
  made[0].hear(SNAP);
  clock.now = 60_000;
  live.nudge();
  made[0].hear(SNAP);
  assert.equal(live.heardAt, 60_000);
  assert.deepEqual(timers.delays, []);
});

test("a socket that spoke a moment ago is not asked", () => {
  const { clock, live, made } = play();
  made[0].opened();
  made[0].hear(SNAP);
  clock.now = 3_000;
  live.nudge();
  assert.equal(made[0].sent.length, 1);
});

test("sending says whether there was a socket to send by", () => {
  const { live, made } = play();
  assert.equal(live.send({ t: "seen" }), false);
  made[0].opened();
  assert.equal(live.send({ t: "seen" }), true);
});

test("a process that says good-bye is left at once, not when its socket closes", () => {
  const { made, timers, told } = play();
  made[0].opened();
  made[0].hear({ t: "snap", els: [], only: {} });
  made[0].hear({ t: "bye", code: "shutdown" });
  assert.equal(made[0].readyState, 3);
  assert.deepEqual(timers.delays, [300]);
  timers.fire();
  assert.equal(made.length, 2);
  assert.deepEqual(told.states.map(([state]) => state), ["open", "lost"]);
});
