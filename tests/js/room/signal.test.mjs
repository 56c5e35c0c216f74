import assert from "node:assert/strict";
import { test } from "node:test";
import { isLater, Signal, waitFor } from "../../../static/js/room/connection/signal.js";
import { FakeSocket, FakeTimers } from "./fakes.mjs";

function page() {
  const timers = new FakeTimers();
  const sockets = [];
  const heard = [];
  const ups = [];
  const finals = [];
  const signal = new Signal({
    open: () => sockets[sockets.push(new FakeSocket()) - 1],
    page: "0a0b0c0d",
    timers,
    random: () => 1,
    on: { frame: (frame) => heard.push(frame), up: (up) => ups.push(up), final: (code) => finals.push(code) },
  });
  const join = (hello = { t: "hello", resumed: true }) => {
    sockets.at(-1).onopen();
    sockets.at(-1).hear(hello);
  };
  return { timers, sockets, heard, ups, finals, signal, join };
}

test("a new page joins from now on", () => {
  const { signal, sockets, join } = page();
  signal.start("c0000001");
  join();
  assert.deepEqual(sockets[0].sent[0], { t: "join", v: 1, page: "0a0b0c0d", pc: "c0000001", after: "0" });
  assert.equal(signal.joined, true);
});

test("a page whose person left only watches", () => {
  const { signal, sockets } = page();
  signal.start("");
  sockets[0].onopen();
  assert.deepEqual(sockets[0].sent, [{ t: "watch" }]);
});

test("a lost socket comes back and resumes behind the last frame", () => {
  const { signal, sockets, timers, join } = page();
  signal.start("c0000001");
  join();
  sockets[0].hear({ t: "cand", seq: "17-2" });
  sockets[0].die(1011);
  assert.equal(signal.joined, false);
  timers.pass(300);
  join();
  assert.equal(sockets[1].sent[0].after, "17-2");
});

test("a frame that came before is dropped", () => {
  const { signal, sockets, heard, join } = page();
  signal.start("c0000001");
  join();
  for (const seq of ["5-1", "5-2", "5-2", "5-1", "6-0"]) sockets[0].hear({ t: "cand", seq });
  assert.deepEqual(heard.filter((frame) => frame.seq).map((frame) => frame.seq), ["5-1", "5-2", "6-0"]);
});

test("a server that forgot everything may count anew", () => {
  const { signal, sockets, heard, timers, join } = page();
  signal.start("c0000001");
  join();
  sockets[0].hear({ t: "cand", seq: "99-0" });
  sockets[0].die();
  timers.pass(3_000);
  join({ t: "hello", resumed: false });
  sockets[1].hear({ t: "cand", seq: "3-0" });
  assert.equal(heard.at(-1).seq, "3-0");
});

// Written out: a code that is struck from the list in signal.js must be missed here.
for (const code of [4401, 4403, 4404, 4409, 4410, 4413, 4429]) {
  test(`code ${code} is final`, () => {
    const { signal, sockets, finals, ups, timers, join } = page();
    signal.start("c0000001");
    join();
    sockets[0].die(code);
    timers.pass(60_000);
    assert.deepEqual(finals, [code]);
    assert.deepEqual(ups, [true], "a page that was sent away says that the server is away");
    assert.equal(sockets.length, 1);
    assert.equal(timers.waiting.size, 0, "it still looks after a socket that is gone for good");
  });
}

for (const code of [1000, 1001, 1005, 1006, 1011, 1012, 4011, 4013]) {
  test(`after code ${code} it comes back by itself`, () => {
    const { signal, sockets, finals, ups, timers, join } = page();
    signal.start("c0000001");
    join();
    sockets[0].die(code);
    timers.pass(300);
    assert.deepEqual([finals, ups, sockets.length], [[], [true, false], 2]);
  });
}

test("it waits longer after each failure, and not again once it was welcomed", () => {
  const { signal, sockets, timers, join } = page();
  const wait = () => {
    const before = timers.now();
    const count = sockets.length;
    sockets.at(-1).die();
    while (sockets.length === count) timers.pass(1);
    return timers.now() - before;
  };
  signal.start("c0000001");
  assert.deepEqual([wait(), wait(), wait(), wait(), wait()], [300, 600, 1_200, 2_400, 3_000]);
  join();
  assert.equal(wait(), 300);
});

test("a thousand pages do not come back in the same moment", () => {
  assert.deepEqual([0, 0.25, 0.5, 1].map((dice) => waitFor(1, () => dice)), [0, 150, 300, 600]);
});

test("it never gives up, and waits at most three seconds", () => {
  const { signal, sockets, timers } = page();
  signal.start("c0000001");
  for (let attempt = 0; attempt < 50; attempt += 1) {
    sockets.at(-1).die(1006);
    timers.pass(3_000);
  }
  assert.equal(sockets.length, 51);
  assert.ok(waitFor(40, () => 1) <= 3_000);
});

test("a hung server is noticed by its silence", () => {
  const { signal, ups, timers, join } = page();
  signal.start("c0000001");
  join();
  timers.pass(13_000);
  assert.deepEqual(ups, [true, false]);
});

test("a server that goes on asking is no silent one", () => {
  const { signal, sockets, ups, timers, join } = page();
  signal.start("c0000001");
  join();
  for (let beat = 0; beat < 20; beat += 1) {
    timers.pass(2_000);
    sockets[0].hear({ t: "beat" });
  }
  assert.deepEqual(ups, [true]);
});

test("who only watches is not asked, so silence is no loss", () => {
  const { signal, sockets, timers } = page();
  signal.start("");
  sockets[0].onopen();
  timers.pass(60_000);
  assert.equal(sockets.length, 1);
});

test("a socket that is given up is closed, and what it says then is not heard", () => {
  const { signal, sockets, ups, finals, timers, join } = page();
  signal.start("c0000001");
  join();
  const { onclose, onopen } = sockets[0];
  timers.pass(13_000);
  assert.equal(sockets[0].closed, true);
  const { length } = sockets.at(-1).sent;
  onclose({ code: 4409 });
  onopen();
  assert.deepEqual([ups, finals, sockets.at(-1).sent.length], [[true, false], [], length]);
});

test("a socket that was opened early joins without waiting to hear so", () => {
  const { signal, sockets } = page();
  signal.open = () => sockets[sockets.push(Object.assign(new FakeSocket(), { readyState: 1 })) - 1];
  signal.start("c0000001");
  assert.equal(sockets[0].sent[0].t, "join");
});

test("a new peer connection is announced at once, or with the join of the next socket", () => {
  const { signal, sockets, timers, join } = page();
  signal.start("c0000001");
  join();
  signal.announce("c0000002");
  assert.equal(sockets[0].sent.at(-1).pc, "c0000002");
  sockets[0].die();
  signal.announce("c0000003");
  timers.pass(300);
  join();
  assert.deepEqual(sockets[1].sent.map((frame) => frame.pc), ["c0000003"]);
});

test("who returns after Leave begins from now, with one look-out", () => {
  const { signal, sockets, timers, join } = page();
  signal.start("c0000001");
  join();
  sockets[0].hear({ t: "cand", seq: "17-2" });
  signal.start("c0000002");
  join();
  assert.equal(sockets[1].sent[0].after, "0");
  assert.equal(timers.waiting.size, 1);
});

test("a page that closes does not come back", () => {
  const { signal, sockets, timers } = page();
  signal.start("c0000001");
  sockets[0].die();
  signal.stop();
  timers.pass(60_000);
  signal.wake();
  assert.equal(sockets.length, 1);
});

test("waking up leaves a socket alone that is there", () => {
  const { signal, sockets, join } = page();
  signal.start("c0000001");
  join();
  signal.wake();
  assert.equal(sockets.length, 1);
});

test("waking up does not wait for the next attempt", () => {
  const { signal, sockets } = page();
  signal.start("c0000001");
  sockets[0].die();
  signal.wake();
  assert.equal(sockets.length, 2);
});

test("nothing goes out before hello", () => {
  const { signal, sockets, join } = page();
  signal.start("c0000001");
  assert.equal(signal.send({ t: "media" }), false);
  join();
  assert.equal(signal.send({ t: "media" }), true);
  assert.equal(sockets[0].sent.length, 2);
});

test("what an old socket still says is ignored", () => {
  const { signal, sockets, heard, join } = page();
  signal.start("c0000001");
  join();
  const old = sockets[0].onmessage;
  sockets[0].die();
  old({ data: JSON.stringify({ t: "clock" }) });
  assert.equal(heard.filter((frame) => frame.t === "clock").length, 0);
});

test("stream ids are compared by their numbers", () => {
  assert.ok(isLater("10-0", "9-5"));
  assert.ok(isLater("9-10", "9-9"));
  assert.ok(!isLater("9-9", "9-9"));
});
