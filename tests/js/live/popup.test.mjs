import assert from "node:assert/strict";
import { test } from "node:test";
import { Popups } from "../../../static/js/ringing/popup.js";

class FakeDialog {
  constructor(id, expires) {
    Object.assign(this, { id: `req-${id}`, localName: "dialog", open: false, removed: false, listeners: {} });
    this.dataset = { request: id, now: "0", expires: String(expires), title: "Clara is calling", topic: "Why?" };
    Object.assign(this.dataset, { sound: "ring.wav", over: "Clara’s request is over." });
    this.parts = { "[data-say]": { textContent: "" }, "[data-sound-on]": new HTMLElement() };
  }
  showModal() {
    this.open = true;
  }
  close() {
    this.open = false;
  }
  remove() {
    this.removed = true;
  }
  addEventListener(name, run) {
    this.listeners[name] = run;
  }
  querySelector(what) {
    return this.parts[what] ?? null;
  }
}
globalThis.HTMLDialogElement = FakeDialog;
globalThis.HTMLElement ??= class {};

function play(visibility = "visible", allowed = () => true) {
  const told = { frames: [], rings: 0, stops: 0, calls: [], rests: 0, notes: [], closed: [], closedAll: 0 };
  const line = { textContent: "" };
  const dialogs = [];
  const place = { append: (dialog) => dialogs.push(dialog) };
  const page = {
    visibilityState: visibility,
    listeners: {},
    querySelectorAll: () => dialogs.filter((dialog) => !dialog.removed),
    getElementById: (id) => (id === "live-said" ? line : id === "requests" ? place : (dialogs.find((d) => d.id === id && !d.removed) ?? null)),
    addEventListener: (name, run) => (page.listeners[name] = run),
  };
  const ring = {
    silent: false,
    start: async () => {
      told.rings += 1;
      return allowed();
    },
    stop: () => (told.stops += 1),
  };
  const popups = new Popups({
    page,
    send: (frame) => told.frames.push(frame),
    ring,
    notifier: {
      show: (words) => told.notes.push(words),
      close: (tag) => told.closed.push(tag),
      closeAll: () => (told.closedAll += 1),
    },
    title: { call: (words) => told.calls.push(words), rest: () => (told.rests += 1) },
    prepare: () => {},
  });
  popups.start();
  return { popups, page, told, dialogs, ring, line };
}

test("a request is shown, heard, named in the title, delivered and seen", () => {
  const { popups, told } = play();
  const dialog = new FakeDialog("r1", 60_000);
  popups.add(dialog);
  assert.equal(dialog.open, true);
  assert.equal(told.rings, 1);
  assert.deepEqual(told.calls, ["Clara is calling"]);
  assert.deepEqual(told.frames.map((frame) => frame.t), ["delivered", "seen"]);
});

test("a hidden tab has it delivered, and seen only when somebody looks", () => {
  const { popups, page, told } = play("hidden");
  popups.add(new FakeDialog("r1", 60_000));
  assert.deepEqual(told.frames.map((frame) => frame.t), ["delivered"]);
  page.visibilityState = "visible";
  page.listeners.visibilitychange();
  assert.deepEqual(told.frames.map((frame) => frame.t), ["delivered", "seen"]);
});

test("the same request twice is one window", () => {
  const { popups, dialogs } = play();
  popups.add(new FakeDialog("r1", 60_000));
  popups.add(new FakeDialog("r1", 60_000));
  assert.equal(dialogs.length, 1);
});

test("after a reconnect what was acknowledged is said again", () => {
  const { popups, told } = play();
  popups.add(new FakeDialog("r1", 60_000));
  popups.again();
  assert.equal(told.frames.length, 4);
});

test("answered elsewhere: window, sound and title are gone", () => {
  const { popups, told } = play();
  const dialog = new FakeDialog("r1", 60_000);
  popups.add(dialog);
  popups.remove(dialog);
  assert.equal(dialog.removed, true);
  assert.deepEqual([told.stops, told.rests], [1, 1]);
});

test("Escape is no answer", () => {
  const { popups } = play();
  const dialog = new FakeDialog("r1", 60_000);
  popups.add(dialog);
  let prevented = false;
  dialog.listeners.cancel({ preventDefault: () => (prevented = true) });
  assert.equal(prevented, true);
});

test("a server that is away does not let it ring for ever", () => {
  const { popups } = play();
  const dialog = new FakeDialog("r1", 60_000);
  popups.add(dialog);
  popups.tick(62_999);
  assert.equal(dialog.removed, false);
  popups.tick(63_001);
  assert.equal(dialog.removed, true);
});

for (const [status, gone] of [[204, true], [409, true], [500, false], [0, false]]) {
  test(`an answer that met ${status} ${gone ? "closes" : "leaves"} the window`, () => {
    const { popups, page } = play();
    const dialog = new FakeDialog("r1", 60_000);
    popups.add(dialog);
    page.listeners["htmx:afterRequest"]({ target: { closest: (what) => (what.includes("gone") ? null : dialog) }, detail: { xhr: { status } } });
    assert.equal(dialog.removed, gone);
  });
}

const soon = () => new Promise((done) => setTimeout(done, 0));

test("a browser that refuses the sound: a button turns it on, and goes when it rings", async () => {
  let allowed = false;
  const { popups, ring } = play("visible", () => allowed);
  const dialog = new FakeDialog("r1", 60_000);
  popups.add(dialog);
  await soon();
  const button = dialog.parts["[data-sound-on]"];
  assert.equal(button.hidden, false);
  allowed = true;
  ring.silent = true; // a press anywhere on the page allows it too: each second it is tried again
  popups.tick(1_000);
  await soon();
  assert.equal(button.hidden, true);
});

test("a ring that something stopped is begun again within a second", () => {
  const { popups, ring, told } = play();
  popups.add(new FakeDialog("r1", 60_000));
  popups.tick(1_000);
  assert.equal(told.rings, 1);
  ring.silent = true;
  popups.tick(2_000);
  assert.equal(told.rings, 2);
});

test("a tab that nobody looks at has the system say it, and takes it back when somebody looks", () => {
  const { popups, page, told } = play("hidden");
  popups.add(new FakeDialog("r1", 60_000));
  assert.deepEqual(told.notes, [{ title: "Clara is calling", body: "Why?", tag: "r1" }]);
  page.visibilityState = "visible";
  page.listeners.visibilitychange();
  assert.equal(told.closedAll, 1);
});

test("nobody looks at any tab any more while it rings: the system says it; another tab is shown: it is taken back", () => {
  const { popups, page, told } = play();
  popups.add(new FakeDialog("r1", 60_000));
  page.visibilityState = "hidden";
  popups.watched(false);
  assert.deepEqual(told.notes.map(({ tag }) => tag), ["r1"]);
  popups.watched(true);
  assert.equal(told.closedAll, 1);
});

test("a tab that is hidden takes no message of the system back, and one that is shown again is seen once", () => {
  const { popups, page, told } = play();
  popups.add(new FakeDialog("r1", 60_000));
  for (page.visibilityState of ["hidden", "visible"]) {
    page.listeners.visibilitychange();
    assert.equal(told.closedAll, page.visibilityState === "visible" ? 1 : 0);
  }
  assert.deepEqual(told.frames.map((frame) => frame.t), ["delivered", "seen"]);
});

test("of two requests one is over: the other rings on", () => {
  const { popups, told, line } = play();
  const [first, second] = [new FakeDialog("r1", 60_000), new FakeDialog("r2", 60_000)];
  for (const dialog of [first, second]) popups.add(dialog);
  popups.remove(first);
  assert.deepEqual([told.stops, told.rests, line.textContent], [0, 0, ""]);
  popups.remove(second);
  assert.deepEqual([told.stops, told.rests], [1, 1]);
});

test("the focus goes back to where it was, once", () => {
  const { popups, page, dialogs } = play();
  let focused = 0;
  page.activeElement = Object.assign(new HTMLElement(), { isConnected: true, closest: () => null, focus: () => (focused += 1) });
  const dialog = new FakeDialog("r1", 60_000);
  popups.add(dialog);
  popups.remove(dialog);
  assert.equal(focused, 1);
  const article = Object.assign(new HTMLElement(), { dataset: {}, removeAttribute: () => dialogs.splice(0) });
  popups.remove(article);
  assert.equal(focused, 1);
});

test("a tab that is looked at says nothing to the system", () => {
  const { popups, told } = play();
  popups.add(new FakeDialog("r1", 60_000));
  assert.deepEqual(told.notes, []);
});

test("answered anywhere: the system's message goes too, and a line says that it is over", () => {
  const { popups, told, line } = play("hidden");
  const dialog = new FakeDialog("r1", 60_000);
  popups.add(dialog);
  popups.remove(dialog);
  assert.deepEqual(told.closed, ["r1"]);
  assert.equal(line.textContent, "Clara’s request is over.");
});

test("what was answered here needs no second line", () => {
  const { popups, page, line } = play();
  const dialog = new FakeDialog("r1", 60_000);
  popups.add(dialog);
  page.listeners["htmx:afterRequest"]({ target: { closest: (what) => (what.includes("gone") ? null : dialog) }, detail: { xhr: { status: 204 } } });
  assert.equal(line.textContent, "");
});

test("the seconds are said twice: when it comes, and ten seconds before the end", () => {
  const { popups } = play();
  const dialog = new FakeDialog("r1", 60_000);
  popups.add(dialog);
  const words = dialog.parts["[data-say]"];
  assert.equal(words.textContent, "1:00 left to answer.");
  popups.tick(30_000);
  assert.equal(words.textContent, "1:00 left to answer.");
  popups.tick(51_000);
  popups.tick(52_000);
  assert.equal(words.textContent, "0:09 left to answer.");
});

test("answered elsewhere while a press is on its way: the form stays until its answer could be shown", () => {
  const { popups, page } = play();
  const dialog = new FakeDialog("r1", 60_000);
  const taken = [];
  dialog.removeAttribute = (name) => taken.push(name);
  dialog.parts[".htmx-request"] = {};
  popups.add(dialog);
  popups.remove(dialog);
  assert.deepEqual([dialog.open, dialog.removed], [false, false]);
  assert.deepEqual(taken, ["id", "data-request"]);
  const target = { closest: (what) => (what.includes("gone") ? dialog : null) };
  page.listeners["htmx:afterRequest"]({ target, detail: { xhr: { status: 409 } } });
  assert.equal(dialog.removed, true);
});

test("a window that the browser closed all the same is opened again while it rings", () => {
  const { popups } = play();
  const dialog = new FakeDialog("r1", 60_000);
  popups.add(dialog);
  dialog.close();
  dialog.listeners.close();
  assert.equal(dialog.open, true);
  popups.remove(dialog);
  dialog.listeners.close();
  assert.equal(dialog.open, false);
});

test("the request's own page falls silent when its time is over, though no server says so", () => {
  const { popups, dialogs, told } = play();
  const article = { localName: "article", dataset: new FakeDialog("r1", 60_000).dataset, removed: false };
  article.addEventListener = () => {};
  article.querySelector = () => null;
  article.removeAttribute = (name) => (article.removed = name === "data-request");
  dialogs.push(article);
  popups.open(article);
  popups.tick(63_001);
  assert.deepEqual([told.stops, told.rests], [1, 1]);
  popups.tick(64_000);
  assert.equal(told.stops, 1);
});
