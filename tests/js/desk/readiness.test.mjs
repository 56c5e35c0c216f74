import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLElement ??= class {};
const { Panel, memory, world } = await import("./_panel.mjs");
const { keep, known, recall } = await import("../../../static/js/desk/marks.js");
const { probe } = await import("../../../static/js/desk/devices.js");
const { Readiness } = await import("../../../static/js/desk/readiness.js");

function play(browser = world(), { plays = true } = {}) {
  const told = { tests: 0, unlocked: 0 };
  const ring = {
    silent: false,
    test: async () => {
      told.tests += 1;
      return plays;
    },
    unlock: async () => (told.unlocked += 1),
  };
  const panel = new Panel();
  return { panel, told, browser, readiness: new Readiness(panel, ring, browser) };
}

/** Answers later than whatever needs no turn of the clock. */
const slow = (ask) => async () => {
  await new Promise((done) => setTimeout(done, 5));
  return ask();
};

test("going online plays the ring, asks once for each thing, and all four are fine", async () => {
  const { panel, told, browser, readiness } = play();
  await readiness.check();
  assert.deepEqual(panel.states, { sound: "ok", camera: "ok", microphone: "ok", notifications: "ok" });
  assert.equal(told.tests, 1);
  assert.deepEqual(browser.asked, ["notifications", "audio+video"]);
  assert.equal(panel.summary.textContent, "Check finished. All four are fine.");
  assert.deepEqual(panel.rows.camera.shown, ["ok"]);
});

test("sound and notifications are asked for within the click, before anything is waited for", () => {
  const { told, browser, readiness } = play();
  readiness.check();
  assert.equal(told.tests, 1);
  assert.deepEqual(browser.asked, ["notifications"]);
});

test("a question about notifications that nobody answers does not hold up camera and microphone", async () => {
  const browser = world();
  browser.notification.requestPermission = () => new Promise(() => {});
  const panel = new Panel();
  const ring = { silent: false, test: async () => true, unlock: async () => {} };
  await new Readiness(panel, ring, browser, async () => {}).check();
  assert.deepEqual([panel.states.camera, panel.states.microphone], ["ok", "ok"]);
  assert.equal(panel.summary.textContent, "Check finished. Please look at: notifications.");
});

const REFUSALS = [
  ["NotAllowedError", "blocked"],
  ["NotFoundError", "none"],
  ["NotReadableError", "in-use"],
  ["TypeError", "cannot"],
];
for (const [error, mark] of REFUSALS) {
  test(`a camera that fails with ${error} is ${mark}, and the microphone has a mark of its own`, async () => {
    const { panel, readiness } = play(world({ refuse: { video: error } }));
    await readiness.check();
    assert.equal(panel.states.camera, mark);
    assert.equal(panel.states.microphone, "ok");
    assert.equal(panel.without.hidden, true);
    assert.equal(panel.summary.textContent, "Check finished. Please look at: camera.");
  });
}

test("neither camera nor microphone: calls by text are named", async () => {
  const { panel, readiness } = play(world({ refuse: { video: "NotFoundError", audio: "NotAllowedError" } }));
  await readiness.check();
  assert.equal(panel.without.hidden, false);
});

test("a browser without devices, and one without notifications, are told so", async () => {
  const { panel, readiness } = play(world({ media: undefined, notification: undefined }));
  await readiness.check();
  assert.deepEqual(panel.states, { sound: "ok", camera: "cannot", microphone: "cannot", notifications: "cannot" });
  assert.deepEqual(await probe(undefined, {}), { camera: "cannot", microphone: "cannot" });
});

test("a ring that the browser holds back says how to allow it", async () => {
  const { panel, readiness } = play(world(), { plays: false });
  await readiness.check();
  assert.equal(panel.states.sound, "blocked");
});

test("notifications that were refused are not asked for again", async () => {
  const { panel, browser, readiness } = play(world({ allowed: { notifications: "denied" } }));
  await readiness.ask();
  assert.equal(panel.states.notifications, "blocked");
  assert.deepEqual(browser.asked, []);
});

test("a check with a picture, further down, changes the marks too", async () => {
  const { panel, readiness } = play();
  await readiness.start();
  panel.listeners["device-result"]({ detail: { camera: "in-use", microphone: "ok" } });
  assert.equal(panel.states.camera, "in-use");
});

test("a press on the page wakes the sound that slept since the reload, without a sound", async () => {
  const { panel, told, readiness } = play(world({ kept: { sound: "ok" } }));
  await readiness.start();
  assert.equal(panel.hidden, false);
  assert.equal(panel.states.sound, "asleep");
  await panel.listeners["page:pointerdown"]();
  assert.equal(panel.states.sound, "ok");
  assert.deepEqual(told, { tests: 0, unlocked: 1 });
});

for (const [refuse, mark] of [[undefined, "ok"], [{ video: "NotReadableError" }, "in-use"]]) {
  test(`a permission given during the check does not draw over its result (${mark})`, async () => {
    const browser = world({ allowed: { camera: "granted", microphone: "granted" }, refuse });
    const statuses = [];
    const { query } = browser.permissions;
    browser.permissions.query = async (what) => {
      const status = await query(what);
      statuses.push(status);
      return status;
    };
    const { panel, readiness } = play(browser);
    await readiness.start();
    await new Promise((done) => setTimeout(done, 0));
    const turned = statuses.find((status) => status.onchange);

    const open = browser.media.getUserMedia;
    let late;
    browser.media.getUserMedia = async (wanted) => {
      await turned.onchange();
      assert.equal(panel.states.camera, "wait");
      late = turned.onchange();
      return open(wanted);
    };
    browser.media.enumerateDevices = slow(browser.media.enumerateDevices);
    await readiness.check();
    await late;
    assert.deepEqual([panel.states.camera, panel.states.microphone], [mark, "ok"]);
  });
}

/** A browser whose permissions a test turns by hand; each turn tells the page, as browsers do. */
function turning(options = {}) {
  const browser = world(options);
  const states = { camera: "prompt", microphone: "prompt", notifications: "prompt", ...options.allowed };
  const statuses = [];
  browser.permissions.query = async ({ name }) => {
    const status = { name, state: states[name], onchange: null };
    statuses.push(status);
    return status;
  };
  const turn = async (name, state) => {
    states[name] = state;
    await Promise.all(statuses.filter((each) => each.name === name).map((each) => each.onchange?.()));
  };
  return { browser, turn };
}

async function started(options) {
  const { browser, turn } = turning(options);
  const { panel, readiness } = play(browser);
  await readiness.start();
  await new Promise((done) => setTimeout(done, 0));
  return { browser, panel, readiness, turn };
}

/** All orders of these. */
const orders = (all) => (all.length < 2 ? [all] : all.flatMap((one) => orders(all.filter((each) => each !== one)).map((rest) => [one, ...rest])));

const LATE = [["camera", "granted"], ["microphone", "granted"], ["notifications", "granted"]];
for (const [error, mark] of REFUSALS.filter(([, each]) => each !== "blocked")) {
  for (const events of orders(LATE)) {
    test(`a camera that is ${mark} stays so when ${events.map(([name]) => name).join(", ")} are told late`, async () => {
      const { panel, readiness, turn } = await started({ refuse: { video: error } });
      await readiness.check();
      for (const [name, state] of events) await turn(name, state);
      assert.deepEqual(panel.states, { sound: "ok", camera: mark, microphone: "ok", notifications: "ok" });
    });
  }
}

test("a question that was closed without an answer stays blocked when another permission changes", async () => {
  const { panel, readiness, turn } = await started({ refuse: { video: "NotAllowedError" } });
  await readiness.check();
  await turn("notifications", "granted");
  assert.deepEqual([panel.states.camera, panel.states.microphone], ["blocked", "ok"]);
});

test("what was blocked and is allowed now waits for a check; what is forbidden now is blocked", async () => {
  const { panel, readiness, turn } = await started({ refuse: { video: "NotAllowedError" } });
  await readiness.check();
  await turn("microphone", "denied");
  await turn("camera", "granted");
  assert.deepEqual([panel.states.camera, panel.states.microphone], ["unknown", "blocked"]);
});

test("a camera that another tab found well is still in use for this one", async () => {
  const { browser, panel, readiness, turn } = await started({ refuse: { video: "NotReadableError" } });
  await readiness.check();
  keep(browser.memory, { camera: "ok" });
  await turn("camera", "granted");
  assert.equal(panel.states.camera, "in-use");
});

test("of two looks the later one counts, whichever is ready first", async () => {
  const { browser, panel, turn } = await started();
  const list = browser.media.enumerateDevices;
  browser.media.enumerateDevices = slow(list);
  const first = turn("camera", "denied");
  browser.media.enumerateDevices = list;
  const kept = browser.permissions.query;
  browser.permissions.query = async (what) => ({ ...(await kept(what)), state: "prompt" });
  await turn("camera", "prompt");
  browser.permissions.query = async (what) => ({ ...(await kept(what)), state: "denied" });
  await first;
  assert.equal(panel.states.camera, "unknown");
});

// --- what a page knows when it is loaded ---------------------------------------------------------------

const ALLOWED = { camera: "granted", microphone: "granted", notifications: "granted" };

test("after a reload the marks are there again, and nobody was asked", async () => {
  const browser = world({ allowed: ALLOWED, kept: { sound: "ok", camera: "ok", microphone: "ok" }, touched: true });
  assert.deepEqual(await known(browser), { sound: "ok", camera: "ok", microphone: "ok", notifications: "ok" });
  assert.deepEqual(browser.asked, []);
});

test("what was forbidden or unplugged since then is seen", async () => {
  const kept = { camera: "ok", microphone: "ok" };
  const found = await known(world({ allowed: { ...ALLOWED, camera: "denied" }, kinds: ["videoinput"], kept }));
  assert.deepEqual([found.camera, found.microphone], ["blocked", "none"]);
});

test("a first visit knows nothing and claims nothing", async () => {
  const unknown = { sound: "unknown", camera: "unknown", microphone: "unknown", notifications: "unknown" };
  assert.deepEqual(await known(world()), unknown);
});

test("a browser that answers no question about permissions is no error", async () => {
  const permissions = { query: async () => Promise.reject(new TypeError("camera")) };
  assert.equal((await known(world({ permissions, kept: { camera: "ok" } }))).camera, "unknown");
});

test("a browser that keeps nothing is asked again", () => {
  const forbidden = () => {
    throw new Error("SecurityError");
  };
  keep(forbidden, { sound: "ok" });
  assert.deepEqual(recall(forbidden), {});
  assert.deepEqual(recall(memory({ "quarter-ready": "{broken" })), {});
});
