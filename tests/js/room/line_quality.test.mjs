import assert from "node:assert/strict";
import { test } from "node:test";
import { GRADES, Quality, sample } from "../../../static/js/room/connection/quality.js";
import { Spare } from "../../../static/js/room/connection/sound_only.js";
import { Wake } from "../../../static/js/room/stage/wake.js";
import { settled } from "./fakes.mjs";

const reading = (at, more = {}) => ({ at, rtt: 30, received: at, lost: 0, sent: at, lostThere: 0, frozen: 0, ...more });

/** The grade after `seconds` of the same line, read every two. */
function after(seconds, line) {
  const quality = new Quality();
  for (let at = 0; at <= seconds * 1_000; at += 2_000) quality.take(reading(at, line(at)));
  return quality.reading;
}

test("a quiet line is good", () => assert.equal(after(6, () => ({})).grade, "good"));

for (const [grade, rtt] of [["good", 249], ["fair", 250], ["fair", 599], ["poor", 600]]) {
  test(`a round trip of ${rtt} ms is ${grade}`, () => assert.equal(after(6, () => ({ rtt })).grade, grade));
}

for (const [grade, percent] of [["good", 2], ["fair", 4], ["poor", 12]]) {
  test(`${percent} % lost here is ${grade}, and so is ${percent} % lost there`, () => {
    const part = percent / (100 - percent);
    assert.equal(after(6, (at) => ({ lost: at * part })).grade, grade);
    assert.equal(after(6, (at) => ({ lostThere: (at * percent) / 100 })).grade, grade);
  });
}

test("pictures that stand still a third of the time are poor", () => {
  assert.equal(after(6, (at) => ({ frozen: (at / 1_000) * 0.33 })).grade, "poor");
});

test("the loss is told in percent of the last seconds, not of the whole call", () => {
  assert.equal(Math.round(after(20, (at) => ({ lost: at < 2_000 ? 0 : 500 })).loss), 0);
});

test("one bad reading changes no word", () => {
  const quality = new Quality();
  const grades = [30, 30, 900, 30, 30].map((rtt, at) => quality.take(reading(at * 2_000, { rtt })).grade);
  assert.deepEqual(new Set(grades), new Set(["good"]));
});

test("a few packets are no measure", () => {
  const quality = new Quality();
  quality.take(reading(0, { received: 0, sent: 0 }));
  assert.equal(quality.take(reading(2_000, { received: 5, lost: 5, sent: 0 })).loss, 0);
});

test("a browser that tells no round trip is not poor for that", () => {
  assert.equal(after(6, () => ({ rtt: null })).grade, "good");
});

test("a new connection begins from nothing", () => {
  const quality = new Quality();
  for (let at = 0; at < 8_000; at += 2_000) quality.take(reading(at, { rtt: 900 }));
  quality.begin();
  assert.equal(quality.reading.grade, "good");
});

test("every grade has words and bars", () => {
  assert.deepEqual(Object.values(GRADES).map(({ words, bars }) => `${words} ${bars}`),
    ["Good connection 3", "Fair connection 2", "Poor connection 1"]);
});

const REPORTS = [
  { type: "inbound-rtp", kind: "audio", packetsReceived: 100, packetsLost: 2 },
  { type: "inbound-rtp", kind: "video", packetsReceived: 300, packetsLost: 3, totalFreezesDuration: 0.5 },
  { type: "outbound-rtp", packetsSent: 250 },
  { type: "remote-inbound-rtp", packetsLost: 4, roundTripTime: 0.2 },
];

test("counters of sound and pictures are added up", () => {
  const found = sample(REPORTS, 7);
  assert.deepEqual(found, { at: 7, rtt: 200, received: 400, lost: 5, sent: 250, lostThere: 4, frozen: 0.5 });
});

test("the round trip is that of the pair in use, as Chromium and as Firefox name it", () => {
  const pairs = [{ type: "candidate-pair", id: "a", nominated: true, state: "succeeded", currentRoundTripTime: 9 },
    { type: "candidate-pair", id: "b", selected: true, currentRoundTripTime: 0.05 }];
  assert.equal(sample([...REPORTS, ...pairs, { type: "transport", selectedCandidatePairId: "b" }], 0).rtt, 50);
  assert.equal(sample([...REPORTS, pairs[1]], 0).rtt, 50);
});

test("nothing measured is no number", () => assert.equal(sample([], 0).rtt, null));

function line() {
  let time = 0;
  const own = { spare: { mine: false, theirs: false }, get spared() { return this.spare.mine || this.spare.theirs; },
    setSpare(whose, on) { this.spare[whose] = on; } };
  const spare = new Spare({ own, now: () => time });
  const pass = (seconds, bad) => {
    for (let one = 0; one < seconds; one += 1) {
      time += 1_000;
      spare.tick(bad);
    }
    return spare.shown;
  };
  return { own, spare, pass };
}

test("sound alone is offered after ten bad seconds, not before", () => {
  const { pass } = line();
  assert.equal(pass(10, true), "");
  assert.equal(pass(1, true), "offer");
});

test("a good moment between begins the ten seconds anew, and takes the offer away", () => {
  const { pass } = line();
  pass(9, true);
  pass(1, false);
  assert.equal(pass(9, true), "");
  assert.equal(pass(2, true), "offer");
  assert.equal(pass(1, false), "");
});

test("accepted with one press, and back with one", () => {
  const { own, spare, pass } = line();
  pass(11, true);
  spare.accept();
  assert.deepEqual([spare.shown, own.spare.mine], ["mine", true]);
  assert.equal(pass(30, true), "mine");
  spare.back();
  assert.deepEqual([spare.shown, own.spare.mine], ["", false]);
});

test("who says no is left in peace for a minute", () => {
  const { spare, pass } = line();
  pass(11, true);
  spare.refuse();
  assert.equal(pass(59, true), "");
  assert.equal(pass(2, true), "offer");
});

test("the wish of the other side is shown, not offered again", () => {
  const { own, pass } = line();
  own.spare.theirs = true;
  assert.equal(pass(20, true), "theirs");
});

function lamp({ refuse = false } = {}) {
  const locks = [];
  const request = async () => {
    if (refuse) throw new Error("NotAllowedError");
    const lock = { released: false, release: async () => void (lock.released = true) };
    locks.push(lock);
    return lock;
  };
  return { wake: new Wake({ request }), locks };
}

test("the screen is kept awake once, and let go at the end", async () => {
  const { wake, locks } = lamp();
  await Promise.all([wake.hold(), wake.hold()]);
  await wake.hold();
  assert.equal(locks.length, 1);
  wake.release();
  assert.ok(locks[0].released);
});

test("a page that is seen again takes the lock that the browser took away", async () => {
  const { wake, locks } = lamp();
  await wake.hold();
  locks[0].released = true;
  await wake.again();
  assert.equal(locks.length, 2);
});

test("a page that is seen again after the call takes none", async () => {
  const { wake, locks } = lamp();
  await wake.hold();
  wake.release();
  await wake.again();
  assert.equal(locks.length, 1);
});

test("a lock that comes after the end is let go", async () => {
  const { wake, locks } = lamp();
  const holding = wake.hold();
  wake.release();
  await holding;
  await settled();
  assert.ok(locks[0].released);
});

test("a browser without, or that refuses, changes nothing", async () => {
  await lamp({ refuse: true }).wake.hold();
  await new Wake({ request: null }).hold();
});
