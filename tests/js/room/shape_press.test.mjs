import assert from "node:assert/strict";
import { test } from "node:test";
import { Press, unsaved } from "../../../static/js/room/agreements/press.js";
import { softTone } from "../../../static/js/room/agreements/tone.js";

function press(answer) {
  const log = { sent: [], frames: [], words: [] };
  const made = new Press({
    fetch: async (url, init) => {
      log.sent.push([url, init]);
      return answer();
    },
    took: (frame) => log.frames.push(frame),
    refused: (words) => log.words.push(words),
  });
  return { made, log };
}

test("a press is answered with where the call stands, without waiting for the socket", async () => {
  const { made, log } = press(async () => ({ ok: true, status: 200, json: async () => ({ t: "clock" }) }));
  await made.send("/extend/", "form");
  assert.deepEqual(log.frames, [{ t: "clock" }]);
  assert.equal(log.sent[0][1].headers.Accept, "application/json");
});

test("a refusal is told in the server's words", async () => {
  const { made, log } = press(async () => ({ ok: false, status: 402, json: async () => ({ message: "3.20 are missing." }) }));
  await made.send("/extend/", "form");
  assert.deepEqual(log.words, ["", "3.20 are missing."]);
  assert.deepEqual(log.frames, []);
});

test("a server that is away is said, and the next press goes out", async () => {
  const { made, log } = press(async () => {
    throw new Error("gone");
  });
  await made.send("/extend/", "form");
  await made.send("/extend/", "form");
  assert.deepEqual(log.words, ["", unsaved(), "", unsaved()]);
  assert.equal(log.sent.length, 2);
});

test("a page of errors is no answer", async () => {
  const { made, log } = press(async () => ({ ok: false, status: 502, json: async () => JSON.parse("<html>") }));
  await made.send("/extend/", "form");
  assert.deepEqual(log.words, ["", unsaved()]);
});

test("a second press while the first is on its way changes nothing", async () => {
  const { made, log } = press(async () => ({ ok: true, status: 200, json: async () => ({}) }));
  await Promise.all([made.send("/extend/", "form"), made.send("/extend/", "form")]);
  assert.equal(log.sent.length, 1);
});

test("the tone is two short soft notes", () => {
  const notes = [];
  const node = () => ({ connect: (next) => next });
  const context = {
    currentTime: 5, destination: {}, resume: async () => {},
    createOscillator: () => ({ ...node(), frequency: {}, start: (at) => notes.push(at), stop: () => {} }),
    createGain: () => ({ ...node(), gain: { setValueAtTime() {}, linearRampToValueAtTime: (value) => assert.ok(value <= 0.1) } }),
  };
  softTone(() => context)();
  assert.equal(notes.length, 2);
  assert.ok(notes[1] - notes[0] < 0.5);
});

test("a browser without sound shows the sign all the same", () => {
  assert.doesNotThrow(softTone(() => {
    throw new Error("no sound here");
  }));
});
