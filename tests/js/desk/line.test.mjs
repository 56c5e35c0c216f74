import assert from "node:assert/strict";
import { test } from "node:test";
import { Line } from "../../../static/js/desk/reachable.js";

function play({ checked = "true", liveState = "open", checkedAt = 0, polls = false, online = true } = {}) {
  const words = { textContent: "" };
  const line = { hidden: true, dataset: {}, querySelector: () => words };
  const banner = { hidden: true };
  const page = {
    visibilityState: "visible",
    documentElement: { dataset: { liveState } },
    querySelector: () => ({ getAttribute: () => checked }),
    getElementById: (id) => (id === "desk-line" ? line : banner),
    addEventListener: () => {},
  };
  const clock = { now: 0 };
  const asked = [];
  const live = { checkedAt, fallback: { on: polls }, check: () => asked.push(clock.now) };
  return { line, banner, words, clock, live, asked, page, desk: new Line({ page, live, steady: () => clock.now, online: () => online }) };
}

test("while online it says how long ago the server answered", () => {
  const { desk, clock, line, words, banner } = play({ checkedAt: 1_000 });
  clock.now = 5_000;
  desk.draw();
  assert.equal(words.textContent, "Connected, checked 4 s ago");
  assert.deepEqual([line.hidden, line.dataset.state, banner.hidden], [false, "open", true]);
});

test("it asks anew every ten seconds, and not while an answer is on its way", () => {
  const { desk, clock, asked } = play();
  for (clock.now = 0; clock.now <= 25_000; clock.now += 1_000) desk.tick();
  assert.deepEqual(asked, [10_000, 20_000]);
});

test("a tab that nobody looks at does not ask", () => {
  const { desk, clock, asked, page } = play();
  page.visibilityState = "hidden";
  clock.now = 60_000;
  desk.tick();
  assert.deepEqual(asked, []);
});

for (const [how, options] of [["the socket is lost", { liveState: "lost" }], ["the network is gone", { online: false }]]) {
  test(`the banner is there at once when ${how}`, () => {
    const { desk, banner, words } = play(options);
    desk.draw();
    assert.equal(banner.hidden, false);
    assert.equal(words.textContent, "Connection lost, trying again");
  });
}

test("offline by the switch: neither line nor banner", () => {
  const { desk, line, banner } = play({ checked: "false", liveState: "lost" });
  desk.draw();
  assert.deepEqual([line.hidden, banner.hidden], [true, true]);
});

test("sockets blocked, but ordinary requests answered: no alarm, and the delay is named", () => {
  const { desk, clock, banner, words } = play({ liveState: "lost", polls: true, checkedAt: 0 });
  clock.now = 12_000;
  desk.draw();
  assert.equal(banner.hidden, true);
  assert.match(words.textContent, /ordinary requests, checked 12 s ago/);
  clock.now = 21_000;
  desk.draw();
  assert.equal(banner.hidden, false);
});
