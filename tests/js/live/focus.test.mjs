import assert from "node:assert/strict";
import { test } from "node:test";
import { remember } from "../../../static/js/site/focus.js";

class Place {
  constructor(id = "", holder = null) {
    Object.assign(this, { id, holder, isConnected: true, focused: 0, inside: [] });
  }
  focus = () => (this.focused += 1);
  closest = () => this.holder;
  querySelectorAll = () => this.inside;
}
globalThis.HTMLElement = Place;

test("the focus returns to where it was", () => {
  const was = new Place("q");
  const back = remember({ activeElement: was, body: new Place() });
  back();
  assert.equal(was.focused, 1);
});

test("a place that was written anew meanwhile is found by its id, or by its piece", () => {
  const piece = new Place("switch-7");
  const was = new Place("", piece);
  piece.inside = [new Place(), was];
  const fresh = new Place("switch-7");
  fresh.inside = [new Place(), new Place()];
  const back = remember({ activeElement: was, body: null, getElementById: (id) => (id === "switch-7" ? fresh : null) });
  was.isConnected = false;
  back();
  assert.deepEqual(fresh.inside.map((place) => place.focused), [0, 1]);
});

test("who was nowhere is left there", () => {
  const body = new Place();
  remember({ activeElement: body, body })();
  assert.equal(body.focused, 0);
});
