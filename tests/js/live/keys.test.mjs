import assert from "node:assert/strict";
import { test } from "node:test";
import { startKeys } from "../../../static/js/live/keys.js";

/** A page with one popup (or none), and the key that somebody presses on it. */
function play({ requests = 1, otherDialog = false } = {}) {
  const told = { declined: 0, prevented: 0 };
  const decline = { click: () => (told.declined += 1) };
  const popups = Array.from({ length: requests }, () => ({ querySelector: () => decline, matches: () => true }));
  const other = { matches: () => false, contains: (target) => target.inOther === true };
  let listener = () => {};
  const page = {
    addEventListener: (_, run) => (listener = run),
    querySelectorAll: (what) => (what === "[data-request]" ? popups : otherDialog ? [other] : []),
  };
  startKeys(page);
  const press = (key, { on = {}, ...how } = {}) => {
    const target = {
      inOther: on.other,
      matches: () => on.radio === true,
      closest: (what) => (what === "[data-request]" ? (on.popup ? popups[0] : null) : on.typed ? {} : null),
    };
    listener({ key, target, preventDefault: () => (told.prevented += 1), ...how });
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
