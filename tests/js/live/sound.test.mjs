import assert from "node:assert/strict";
import { test } from "node:test";
import { Ring } from "../../../static/js/ringing/sound.js";
import { Title } from "../../../static/js/ringing/title.js";
import { Timers } from "./_page.mjs";

function audio(allowed = true) {
  return {
    playing: false,
    paused: true,
    ended: false,
    currentTime: 3,
    async play() {
      await null; // as in a browser: it plays a moment later, not within the call
      if (!allowed) throw new Error("NotAllowedError");
      this.playing = true;
      this.paused = false;
    },
    pause() {
      this.playing = false;
      this.paused = true;
    },
  };
}

test("rings in a loop until it is answered", async () => {
  const made = audio();
  const ring = new Ring(() => made);
  assert.equal(await ring.start("ring.wav"), true);
  assert.equal(made.loop, true);
  assert.equal(made.playing, true);
  ring.stop();
  assert.equal(made.playing, false);
});

test("a browser that forbids sound is no error: the popup offers a button", async () => {
  assert.equal(await new Ring(() => audio(false)).start("ring.wav"), false);
});

test("answered before the sound began: it does not begin", async () => {
  const made = audio();
  const ring = new Ring(() => made);
  const begun = ring.start("ring.wav");
  ring.stop();
  await begun;
  assert.equal(made.playing, false);
});

test("going online unlocks the sound without a sound", async () => {
  const made = audio();
  const ring = new Ring(() => made);
  await ring.unlock("ring.wav");
  assert.equal(made.playing, false);
  assert.equal(made.muted, false);
});

test("a test ring sounds once, from its beginning, and a real one loops again", async () => {
  const made = audio();
  const ring = new Ring(() => made);
  assert.equal(await ring.test("ring.wav"), true);
  assert.deepEqual([made.playing, made.loop, made.currentTime], [true, false, 0]);
  await ring.start("ring.wav");
  assert.equal(made.loop, true);
});

test("a test that begins while the sound is being unlocked is not cut short", async () => {
  const made = audio();
  const ring = new Ring(() => made);
  const unlocking = ring.unlock("ring.wav");
  await ring.test("ring.wav");
  await unlocking;
  assert.deepEqual([made.playing, made.muted], [true, false]);
});

test("going online during a test ring does not silence it", async () => {
  const made = audio();
  const ring = new Ring(() => made);
  await ring.test("ring.wav");
  await ring.unlock("ring.wav");
  assert.deepEqual([made.playing, made.muted], [true, false]);
});

test("a test during a real ring changes nothing about it", async () => {
  const made = audio();
  const ring = new Ring(() => made);
  await ring.start("ring.wav");
  assert.equal(await ring.test("ring.wav"), true);
  assert.equal(made.loop, true);
});

test("a ring that was paused or refused is silent; one that was stopped is not", async () => {
  const made = audio();
  const ring = new Ring(() => made);
  await ring.start("ring.wav");
  assert.equal(ring.silent, false);
  made.pause();
  assert.equal(ring.silent, true);
  ring.stop();
  assert.equal(ring.silent, false);
});

test("the title calls, and is itself again afterwards", () => {
  const page = { title: "Desk" };
  const timers = new Timers();
  const title = new Title(page, timers);
  title.call("Daniel is calling");
  title.call("Ana is calling");
  assert.equal(page.title, "Daniel is calling");
  timers.fire();
  assert.equal(page.title, "Desk");
  title.rest();
  assert.equal(page.title, "Desk");
  assert.deepEqual(timers.delays, []);
});
