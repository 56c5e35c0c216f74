import assert from "node:assert/strict";
import { test } from "node:test";
import { Ring } from "../../../static/js/live/sound.js";
import { Title } from "../../../static/js/live/title.js";
import { Timers } from "./_page.mjs";

function audio(allowed = true) {
  return {
    playing: false,
    currentTime: 3,
    async play() {
      if (!allowed) throw new Error("NotAllowedError");
      this.playing = true;
    },
    pause() {
      this.playing = false;
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
