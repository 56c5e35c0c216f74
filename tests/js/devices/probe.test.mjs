import assert from "node:assert/strict";
import { test } from "node:test";
import { Probe } from "../../../static/js/devices/probe.js";
import { Store } from "../../../static/js/devices/store.js";
import { CAMERA, devices, MICROPHONE, OTHER, storage } from "./fakes.mjs";

function check({ machine = devices(), secure = true, permission = "prompt", kept = storage() } = {}) {
  const told = [];
  const drawn = [];
  const answers = typeof permission === "string" ? { camera: permission, microphone: permission } : permission;
  const probe = new Probe({ devices: machine, secure, store: new Store(() => kept),
    permissions: { query: async ({ name }) => ({ state: answers[name] }) },
    draw: (state) => drawn.push(structuredClone(state.phase)), result: (result) => told.push(result) });
  return { probe, machine, told, drawn, kept };
}

test("looking opens nothing and asks nobody", async () => {
  const { probe, machine, told } = check();
  assert.equal(await probe.look(), false);
  assert.deepEqual([machine.asked, told], [[], []]);
});

test("where it is allowed already, looking knows what is there", async () => {
  const { probe, told } = check({ permission: "granted" });
  assert.equal(await probe.look(), true);
  assert.deepEqual(told, [{ camera: "ok", microphone: "ok" }]);
});

test("what a press measured is told again, for whoever came to listen later", async () => {
  const { probe, told } = check({ permission: "granted" });
  await probe.look();
  await probe.open();
  assert.deepEqual(told, [{ camera: "ok", microphone: "ok" }, { camera: "ok", microphone: "ok" }]);
});

test("allowed but not plugged in is told as none", async () => {
  const { probe, told } = check({ permission: "granted", machine: devices({ list: [MICROPHONE] }) });
  await probe.look();
  assert.deepEqual(told, [{ camera: "none", microphone: "ok" }]);
});

test("a refusal of another day is known without asking again", async () => {
  const { probe, told } = check({ permission: { camera: "denied", microphone: "granted" } });
  assert.equal(await probe.look(), false);
  assert.deepEqual(told, [{ camera: "blocked", microphone: "ok" }]);
});

test("a browser that does not tell permissions is asked by a press only", async () => {
  const { probe, machine } = check();
  probe.permissions = { query: async () => { throw new TypeError("unknown name"); } };
  assert.equal(await probe.look(), false);
  assert.equal(machine.asked.length, 0);
});

test("a press opens both, and says so once", async () => {
  const { probe, told, drawn } = check();
  await probe.open();
  await probe.refresh();
  assert.deepEqual(told, [{ camera: "ok", microphone: "ok" }]);
  assert.equal(drawn[0], "asking");
  assert.equal(drawn.at(-1), "open");
  assert.equal(probe.state.chosen.camera, "cam1");
});

for (const [machine, secure, camera] of [[undefined, false, "insecure"], [undefined, true, "cannot"]]) {
  test(`a page that is ${camera} tells it at once as cannot`, async () => {
    const { probe, told } = check({ machine: machine ?? {}, secure });
    await probe.look();
    assert.equal(probe.state.camera.problem, camera);
    assert.deepEqual(told, [{ camera: "cannot", microphone: "cannot" }]);
  });
}

test("another camera is opened, remembered, and the first one goes off", async () => {
  const { probe, machine, kept } = check();
  await probe.open();
  await probe.choose("camera", "cam2");
  assert.equal(probe.state.chosen.camera, "cam2");
  assert.deepEqual(machine.opened.map(({ kind, stopped }) => [kind, stopped]), [["audio", false], ["video", true], ["video", false]]);
  assert.match(kept.kept["quarter-devices"], /Small camera/);
});

test("a speaker is remembered and opens nothing", async () => {
  const { probe, machine } = check();
  await probe.open();
  await probe.choose("speaker", "out1");
  assert.equal(probe.state.chosen.speaker, "out1");
  assert.equal(machine.asked.length, 1);
});

test("a camera in use is named; the choice stays for later", async () => {
  const { probe, told } = check({ machine: devices({ refuse: ({ video }) => video?.deviceId?.exact && "NotReadableError" }) });
  await probe.open();
  await probe.choose("camera", "cam2");
  assert.equal(probe.state.camera.problem, "in-use");
  assert.deepEqual(told.at(-1), { camera: "in-use", microphone: "ok" });
});

test("a remembered device that is gone is named, and another one taken", async () => {
  const kept = storage({ "quarter-devices": JSON.stringify({ camera: { id: "lost", label: "Old camera" } }) });
  const machine = devices();
  machine.getUserMedia = devices().getUserMedia;
  const { probe } = check({ machine, kept });
  await probe.open();
  assert.deepEqual(probe.state.gone, ["Old camera"]);
});

test("closing switches everything off", async () => {
  const { probe, machine } = check();
  await probe.open();
  probe.close();
  assert.ok(machine.opened.every(({ stopped }) => stopped));
  assert.equal(probe.state.phase, "closed");
});

test("a camera that is allowed after the check was closed does not stay on", async () => {
  const { probe, machine } = check();
  const opening = probe.open();
  probe.close();
  await opening;
  assert.equal(machine.opened.length, 2);
  assert.ok(machine.opened.every(({ stopped }) => stopped));
  assert.equal(probe.state.camera.track, null);
});

test("what is plugged in appears in the list without opening anything", async () => {
  const machine = devices({ list: [CAMERA, MICROPHONE] });
  const { probe } = check({ machine });
  await probe.open();
  machine.list = [CAMERA, OTHER, MICROPHONE];
  await probe.changed();
  assert.deepEqual(probe.state.lists.camera.map(({ id }) => id), ["cam1", "cam2"]);
  assert.equal(machine.asked.length, 1);
});

test("a camera that is pulled out gives way to another one", async () => {
  const { probe, machine } = check();
  await probe.open();
  const { track } = probe.state.camera;
  track.readyState = "ended";
  machine.list = [OTHER, MICROPHONE];
  machine.getUserMedia = devices({ list: machine.list }).getUserMedia;
  await track.onended();
  assert.notEqual(probe.state.camera.track, track);
  assert.equal(probe.state.camera.problem, "");
});

test("the only camera, pulled out, is told as none, and found again when it is back", async () => {
  let there = true;
  const { probe, machine, told } = check({ machine: devices({ refuse: ({ video }) => video && !there && "NotFoundError" }) });
  await probe.open();
  there = false;
  machine.list = [MICROPHONE];
  probe.state.camera.track.readyState = "ended";
  await probe.changed();
  assert.deepEqual(told.at(-1), { camera: "none", microphone: "ok" });
  there = true;
  machine.list = [CAMERA, MICROPHONE];
  await probe.changed();
  assert.deepEqual(told.at(-1), { camera: "ok", microphone: "ok" });
});

test("before the check was opened, plugging in opens nothing", async () => {
  const { probe, machine } = check();
  await probe.look();
  await probe.changed();
  assert.equal(machine.asked.length, 0);
});

test("of two choices made right after each other only one camera stays on", async () => {
  const { probe, machine } = check();
  await probe.open();
  await Promise.all([probe.choose("camera", "cam2"), probe.choose("camera", "cam1")]);
  const on = machine.opened.filter((one) => one.kind === "video" && !one.stopped);
  assert.deepEqual(on, [probe.state.camera.track]);
});
