import assert from "node:assert/strict";
import { test } from "node:test";
import { match, options } from "../../../static/js/devices/list.js";
import { Store } from "../../../static/js/devices/store.js";
import { CAMERA, device, MICROPHONE, OTHER, storage } from "./fakes.mjs";

test("what was chosen is known by another page of the same browser", () => {
  const kept = storage();
  new Store(() => kept).remember("camera", { id: "cam2", label: "Small camera" });
  assert.deepEqual(new Store(() => kept).choice, { camera: { id: "cam2", label: "Small camera" } });
});

test("one choice does not forget the other", () => {
  const kept = storage();
  const store = new Store(() => kept);
  store.remember("camera", { id: "a", label: "A" });
  store.remember("speaker", { id: "b", label: "B" });
  assert.deepEqual(Object.keys(store.choice), ["camera", "speaker"]);
});

for (const [name, text] of [["no JSON", "{"], ["null", "null"], ["a number", "7"], ["other shapes", '{"camera": "cam1", "speaker": {"id": 3}}']]) {
  test(`storage that holds ${name} is as good as empty`, () => {
    assert.deepEqual(new Store(() => storage({ "quarter-devices": text })).choice, {});
  });
}

test("where storage is forbidden the choice lasts as long as the page", () => {
  const store = new Store(() => { throw new Error("SecurityError"); });
  store.remember("microphone", { id: "m", label: "M" });
  assert.deepEqual(store.choice, { microphone: { id: "m", label: "M" } });
});

test("devices without a name are numbered by kind", () => {
  const list = [device("videoinput", "x"), MICROPHONE, device("videoinput", "y")];
  assert.deepEqual(options(list, "camera").map(({ label }) => label), ["Camera 1", "Camera 2"]);
});

test("a device is found by its id, else by its name, else not at all", () => {
  assert.equal(match({ id: "cam2", label: "" }, [CAMERA, OTHER], "camera"), OTHER);
  assert.equal(match({ id: "forgotten", label: "Small camera" }, [CAMERA, OTHER], "camera"), OTHER);
  assert.equal(match({ id: "gone", label: "Gone" }, [CAMERA, OTHER], "camera"), undefined);
  assert.equal(match({ id: "", label: "" }, [device("videoinput", "")], "camera"), undefined);
  assert.equal(match({ id: "cam1", label: "" }, [CAMERA], "microphone"), undefined);
});
