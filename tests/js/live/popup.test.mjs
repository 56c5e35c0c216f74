import assert from "node:assert/strict";
import { test } from "node:test";
import { Popups } from "../../../static/js/live/popup.js";

class FakeDialog {
  constructor(id, expires) {
    Object.assign(this, { id: `req-${id}`, localName: "dialog", open: false, removed: false, listeners: {} });
    this.dataset = { request: id, expires: String(expires), title: "Clara is calling", sound: "ring.wav" };
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
  querySelector() {
    return null;
  }
}
globalThis.HTMLDialogElement = FakeDialog;
globalThis.HTMLElement ??= class {};

function play(visibility = "visible") {
  const told = { frames: [], rings: 0, stops: 0, calls: [], rests: 0 };
  const dialogs = [];
  const place = { append: (dialog) => dialogs.push(dialog) };
  const page = {
    visibilityState: visibility,
    listeners: {},
    querySelectorAll: () => dialogs.filter((dialog) => !dialog.removed),
    getElementById: (id) => (id === "requests" ? place : (dialogs.find((d) => d.id === id && !d.removed) ?? null)),
    addEventListener: (name, run) => (page.listeners[name] = run),
  };
  const popups = new Popups({
    page,
    send: (frame) => told.frames.push(frame),
    ring: { start: async () => Boolean((told.rings += 1)), stop: () => (told.stops += 1) },
    title: { call: (words) => told.calls.push(words), rest: () => (told.rests += 1) },
    prepare: () => {},
  });
  popups.start();
  return { popups, page, told, dialogs };
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
  popups.expire(60_000);
  assert.equal(dialog.removed, false);
  popups.expire(63_001);
  assert.equal(dialog.removed, true);
});

for (const [status, gone] of [[204, true], [409, true], [500, false], [0, false]]) {
  test(`an answer that met ${status} ${gone ? "closes" : "leaves"} the window`, () => {
    const { popups, page } = play();
    const dialog = new FakeDialog("r1", 60_000);
    popups.add(dialog);
    page.listeners["htmx:afterRequest"]({ target: { closest: () => dialog }, detail: { xhr: { status } } });
    assert.equal(dialog.removed, gone);
  });
}
