import assert from "node:assert/strict";
import { test } from "node:test";
import { openBoth, openOne } from "../../../static/js/devices/open.js";
import { problemOf, words } from "../../../static/js/devices/problems.js";
import { CAMERA, devices, MICROPHONE, OTHER, refusal } from "./fakes.mjs";

const problems = ({ audio, video }) => [audio.problem, video.problem];

test("camera and microphone with one question", async () => {
  const machine = devices();
  const both = await openBoth({ devices: machine, secure: true });
  assert.deepEqual(problems(both), ["", ""]);
  assert.equal(machine.asked.length, 1);
});

test("without a camera the microphone opens, and it says which of the two is missing", async () => {
  const both = await openBoth({ devices: devices({ refuse: ({ video }) => video && "NotFoundError" }), secure: true });
  assert.deepEqual(problems(both), ["", "none"]);
  assert.equal(both.audio.track.kind, "audio");
});

for (const [name, problem] of [["NotAllowedError", "blocked"], ["SecurityError", "blocked"], ["NotReadableError", "in-use"],
  ["AbortError", "in-use"], ["NotFoundError", "none"], ["OverconstrainedError", "none"], ["TypeError", "cannot"]]) {
  test(`${name} is told as ${problem}, with a way out for either device`, async () => {
    const both = await openBoth({ devices: devices({ refuse: () => name }), secure: true });
    assert.deepEqual(problems(both), [problem, problem]);
    assert.equal(problemOf(refusal(name)), problem);
    for (const [place, button] of [["check", /Check again/], ["room", /Try again/]]) {
      assert.notEqual(words(problem, "camera", place), words(problem, "microphone", place));
      if (["blocked", "in-use"].includes(problem)) assert.match(words(problem, "camera", place), button);
    }
  });
}

test("a page over plain http is not the fault of the browser", async () => {
  assert.deepEqual(problems(await openBoth({ devices: undefined, secure: false })), ["insecure", "insecure"]);
  assert.deepEqual(problems(await openBoth({ devices: undefined, secure: true })), ["cannot", "cannot"]);
});

test("the remembered camera is the one that opens", async () => {
  const machine = devices();
  const choice = { camera: { id: "cam2", label: "Small camera" } };
  const both = await openBoth({ devices: machine, secure: true, choice });
  assert.deepEqual(machine.asked[0].video.deviceId, { exact: "cam2" });
  assert.equal(machine.asked[0].audio.deviceId, undefined);
  assert.equal(both.video.track.getSettings().deviceId, "cam2");
});

test("a remembered camera that is gone gives way to another one", async () => {
  const machine = devices({ list: [CAMERA, MICROPHONE] });
  const both = await openBoth({ devices: machine, secure: true, choice: { camera: { id: "cam2", label: "Small camera" } } });
  assert.equal(both.video.track.getSettings().deviceId, "cam1");
});

test("a remembered camera that vanishes while it is opened gives way too", async () => {
  const machine = devices({ refuse: ({ video }) => video?.deviceId?.exact === "cam2" && "OverconstrainedError" });
  const both = await openBoth({ devices: machine, secure: true, choice: { camera: { id: "cam2", label: "Small camera" } } });
  assert.deepEqual(problems(both), ["", ""]);
  assert.equal(both.video.track.getSettings().deviceId, "cam1");
});

test("a device whose id was forgotten is found by its name", async () => {
  const machine = devices({ list: [CAMERA, { ...OTHER, deviceId: "new id" }, MICROPHONE] });
  await openBoth({ devices: machine, secure: true, choice: { camera: { id: "old id", label: "Small camera" } } });
  assert.deepEqual(machine.asked[0].video.deviceId, { exact: "new id" });
});

test("a browser that cannot list its devices opens them all the same", async () => {
  const machine = devices();
  machine.enumerateDevices = undefined;
  assert.deepEqual(problems(await openBoth({ devices: machine, secure: true })), ["", ""]);
});

test("who chooses one device gets that one or none", async () => {
  const machine = devices();
  await openOne({ devices: machine, kind: "video", id: "cam2" });
  assert.deepEqual(machine.asked[0], { video: { width: { ideal: 1280 }, height: { ideal: 720 }, deviceId: { exact: "cam2" } } });
});
