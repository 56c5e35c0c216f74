import assert from "node:assert/strict";
import { test } from "node:test";
import { startKeys } from "../../../static/js/ringing/keys.js";

/** A page with one popup (or none), and the key that somebody presses on it. */
function play({ requests = 1, otherDialog = false } = {}) {
  const told = { declined: 0, prevented: 0 };
  const decline = { click: () => (told.declined += 1) };
  const popup = () => ({ querySelector: () => decline, matches: () => true, dataset: { shownAt: "1000" } });
  const popups = Array.from({ length: requests }, popup);
  const other = { matches: () => false, contains: (target) => target.inOther === true };
  let listener = () => {};
  const page = {
    addEventListener: (_, run) => (listener = run),
    querySelectorAll: (what) => (what === "[data-request]" ? popups : otherDialog ? [other] : []),
  };
  startKeys(page);
  let clock = 1000;
  /** Each key two seconds after the one before, unless the test says when (`at`: since the popup is shown). */
  const press = (key, { on = {}, at, ...how } = {}) => {
    clock = at === undefined ? clock + 2000 : 1000 + at;
    const target = {
      inOther: on.other,
      matches: () => on.radio === true,
      closest: (what) => (what === "[data-request]" ? (on.popup ? popups[0] : null) : on.typed ? {} : null),
    };
    listener({ key, target, timeStamp: clock, preventDefault: () => (told.prevented += 1), ...how });
  };
  return { press, told };
}

test("D declines, also with caps lock, from anywhere on the page", () => {
  const { press, told } = play();
  press("d", { on: { popup: true } });
  press("D");
  assert.equal(told.declined, 2);
});

for (const how of ["ctrlKey", "altKey", "metaKey", "shiftKey", "repeat", "isComposing"]) {
  test(`D with ${how} is no answer`, () => {
    const { press, told } = play();
    press("d", { [how]: true });
    assert.equal(told.declined, 0);
  });
}

test("a D that is typed into a field is a letter", () => {
  const { press, told } = play();
  press("d", { on: { typed: true } });
  assert.equal(told.declined, 0);
});

test("a D as the popup takes the focus from who is typing is no answer", () => {
  const { press, told } = play();
  press("d", { on: { popup: true }, at: 300 });
  assert.equal(told.declined, 0);
});

test("a word that is typed to its end into the popup is no answer, a D after a pause is", () => {
  const { press, told } = play();
  for (const [nth, key] of [..."a slow django"].entries()) press(key, { on: { popup: true }, at: nth * 250 });
  assert.equal(told.declined, 0);
  press("d", { on: { popup: true } });
  assert.equal(told.declined, 1);
});

test("a D that is pressed again and again declines as soon as it may", () => {
  const { press, told } = play();
  for (const at of [300, 700, 900]) press("d", { on: { popup: true }, at });
  assert.equal(told.declined, 0);
  press("d", { on: { popup: true }, at: 1300 });
  assert.equal(told.declined, 1);
});

test("Tab to the popup's parts does not keep a D from being one", () => {
  const { press, told } = play();
  press("Tab", { on: { popup: true }, at: 1400 });
  press("d", { on: { popup: true }, at: 1600 });
  assert.equal(told.declined, 1);
});

test("a D in another window of the page means that window", () => {
  const { press, told } = play({ otherDialog: true });
  press("d", { on: { other: true } });
  assert.equal(told.declined, 0);
});

test("without a request a D is nothing", () => {
  const { press, told } = play({ requests: 0 });
  press("d");
  assert.deepEqual(told, { declined: 0, prevented: 0 });
});

test("Enter on a reason does not decline, elsewhere it is left alone", () => {
  const { press, told } = play();
  press("Enter", { on: { popup: true, radio: true } });
  assert.deepEqual(told, { declined: 0, prevented: 1 });
  press("Enter", { on: { popup: true } });
  assert.deepEqual(told, { declined: 0, prevented: 1 });
});
