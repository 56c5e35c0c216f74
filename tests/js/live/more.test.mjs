import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLElement ??= class {};
const { MoreFree } = await import("../../../static/js/live/more_free.js");
const { Timers } = await import("./_page.mjs");

class Piece extends globalThis.HTMLElement {
  constructor(html) {
    super();
    Object.assign(this, { html, dataset: { free: html.match(/\d+/)?.[0] ?? "0" } });
  }
  isEqualNode = (other) => other.html === this.html;
}

function play({ visible = true, list = true } = {}) {
  const shown = [];
  const place = {
    dataset: { src: "/consultants/free/?known=1" },
    get firstElementChild() {
      return shown.at(-1) ?? null;
    },
    replaceChildren: (piece) => shown.push(piece),
  };
  const number = { textContent: "4" };
  const words = ["some", "none"].map((when) => ({
    when,
    hidden: when === "none",
    getAttribute: () => when,
    toggleAttribute(name, on) {
      this[name] = on;
    },
  }));
  const page = {
    listeners: {},
    visibilityState: visible ? "visible" : "hidden",
    addEventListener: (name, run) => (page.listeners[name] = run),
    getElementById: () => (list ? place : null),
    querySelectorAll: (what) => (what === "[data-free-now]" ? [number] : words),
    createElement: () => {
      const holder = { set innerHTML(html) { this.content = { firstElementChild: new Piece(html) }; } };
      return holder;
    },
  };
  const clock = { now: 100_000 };
  const timers = new Timers();
  const asked = [];
  const answers = ["2 more are free"];
  const load = async (url) => {
    asked.push(url);
    return answers.at(-1);
  };
  const parts = { page, ready: () => {}, load, timers, random: () => 0.5, steady: () => clock.now };
  new MoreFree(parts).start();
  const change = (id = "free-pulse") => page.listeners["live-changed"]({ detail: { id } });
  return { page, words, shown, asked, answers, clock, timers, change, number };
}

const soon = () => new Promise((done) => setTimeout(done, 0));

test("somebody's state changed: the list asks a little later how many came free", async () => {
  const { shown, asked, clock, timers, change, number } = play();
  change();
  change();
  assert.deepEqual(timers.delays, [2200]);
  clock.now += 2_200;
  timers.fire();
  await soon();
  assert.deepEqual(asked, ["/consultants/free/?known=1"]);
  assert.equal(shown[0].html, "2 more are free");
  assert.equal(number.textContent, "2");
});

test("nobody is free any more: the words beside the number say so too", async () => {
  const { words, answers, timers, change } = play();
  answers.push("nobody");
  change();
  timers.fire();
  await soon();
  assert.deepEqual(words.map(({ when, hidden }) => [when, hidden]), [["some", true], ["none", false]]);
});

test("the next question waits five seconds, however much changes", async () => {
  const { timers, clock, change } = play();
  change();
  clock.now += 2_200;
  timers.fire();
  await soon();
  clock.now += 1_000;
  change();
  assert.deepEqual(timers.delays, [5000]);
});

test("a change just before the question is asked about again: the answer may be from before it", async () => {
  const { asked, timers, clock, change } = play();
  change();
  clock.now += 2_200;
  change();
  timers.fire();
  await soon();
  assert.equal(asked.length, 1);
  assert.equal(timers.delays.length, 1);
  clock.now += 6_000;
  timers.fire();
  await soon();
  assert.equal(asked.length, 2);
  assert.deepEqual(timers.delays, []);
});

test("the same number is not said again", async () => {
  const { shown, timers, change } = play();
  for (let round = 0; round < 2; round += 1) {
    change();
    timers.fire();
    await soon();
  }
  assert.equal(shown.length, 1);
});

test("a tab that nobody looks at asks when somebody does", () => {
  const { page, timers, change } = play({ visible: false });
  change();
  assert.deepEqual(timers.delays, []);
  page.visibilityState = "visible";
  page.listeners.visibilitychange();
  assert.equal(timers.delays.length, 1);
});

test("news of a consultant in the list, or on a page without a list, asks nothing", () => {
  const one = play();
  one.change("pr-41");
  const other = play({ list: false });
  other.change();
  assert.deepEqual([...one.timers.delays, ...other.timers.delays], []);
});

test("a server that is away is asked at the next change", async () => {
  const { shown, answers, timers, change } = play();
  answers.push(Promise.reject(new Error("away")));
  change();
  timers.fire();
  await soon();
  assert.deepEqual(shown, []);
  answers.push("3 more are free");
  change();
  timers.fire();
  await soon();
  assert.equal(shown.length, 1);
});

test("an answer for a list that was exchanged meanwhile is not put into the new one", async () => {
  const { page, shown, timers, change } = play();
  change();
  timers.fire();
  page.getElementById = () => ({ dataset: { src: "/consultants/free/?known=2" } });
  await soon();
  assert.deepEqual(shown, []);
});
