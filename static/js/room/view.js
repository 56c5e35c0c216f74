// @ts-check
/** The room's page: brings browser and modules together. */
import { Call } from "./call.js";
import { Clock } from "./clock.js";
import { Exits } from "./exits.js";
import { countDown } from "./left.js";
import { Line } from "./line.js";
import { Signal } from "./signal.js";
import { Witness } from "./witness.js";
import { ownDevices } from "./view_devices.js";
import { Notes, Text } from "./view_notes.js";
import { drawClock, part, put, Stage } from "./view_stage.js";

const IN_CALL = ["accepted", "live"];
const FINISHED = ["declined", "expired", "cancelled", "failed", "ended"];
const timers = {
  set: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
  clear: (/** @type {any} */ id) => clearTimeout(id),
  now: () => Date.now(),
};
const steady = () => performance.now();
const newId = () => [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

class Room {
  constructor() {
    const data = part("room").dataset;
    this.data = data;
    this.stage = new Stage();
    this.notes = new Notes(data.other);
    const number = (/** @type {string} */ name) => Number(data[name]);
    const terms = { bought: number("bought"), price: number("price"), feeBps: number("feeBps"),
      freeBelow: number("freeBelow"), least: number("least"), role: data.role };
    this.clock = new Clock({ now: timers.now, terms });
    this.line = new Line({ heard: () => this.witness.heard(), said: (text) => this.text.add(text, "other") });
    this.text = new Text({ name: data.other, say: (text) => this.clock.state === "live" && this.line.say(text) });
    this.witness = new Witness({ now: steady, ping: () => this.line.ping(), answer: (frame) => this.signal.send(frame),
      changed: () => this.show() });
    this.signal = new Signal({ open: () => this.open(), page: newId(), timers, random: Math.random,
      on: { frame: (frame) => this.take(frame), up: (up) => this.socket(up), final: (code) => this.final(code) } });
    this.up = true;
    this.here = false;
    this.state = "new";
    this.wasConnected = false;
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    return /** @type {any} */ (new WebSocket(`${scheme}://${location.host}${this.data.socket}`));
  }

  /** The person pressed Leave: only watch what becomes of the call. */
  watch() {
    this.signal.start("");
    this.notes.cover("left");
    countDown(Number(this.data.wait), { timers, reload: () => this.reload(), answers: () => fetch(location.href),
      shown: () => !part("cover-left").hidden, show: (seconds) => put("left-wait", `${seconds} seconds`) });
  }

  async begin() {
    this.notes.cover("");
    this.notes.step("devices");
    this.own = await ownDevices({ notes: this.notes, stage: this.stage, tell: (on) => this.signal.send({ t: "media", ...on }) });
    this.call = new Call({ make: (config) => new RTCPeerConnection(config), newId, signal: this.signal, timers,
      stream: this.own.stream, on: {
        track: (track) => this.stage.add(track),
        fresh: (peer) => this.fresh(peer),
        state: (state) => this.changed(state),
        other: (here) => this.other(here),
        media: (media) => this.stage.setMedia(media),
      } });
    this.signal.start(this.call.id);
    this.heartbeat = setInterval(() => this.tick(), 1_000);
  }

  /** @param {import("./signal.js").Frame} frame */
  take(frame) {
    if (frame.t === "beat") return this.witness.asked(frame.ack);
    if (frame.t === "hello" || frame.t === "clock") this.time(/** @type {any} */ (frame));
    if (frame.t === "hello") this.own?.tell();
    if (frame.t !== "clock") this.call?.take(frame);
  }

  /** @param {import("./clock.js").ClockFrame} frame */
  time(frame) {
    this.clock.set(frame);
    const flowing = IN_CALL.includes(frame.state);
    this.call?.setSending(flowing);
    this.stage.setHearing(flowing);
    if (FINISHED.includes(frame.state)) return this.reload();
    this.show();
  }

  /** @param {import("./peer.js").Peer} peer */
  fresh(peer) {
    this.stage.begin();
    this.line.attach(peer.channel);
    this.changed("new");
  }

  /** @param {string} state */
  changed(state) {
    this.state = state;
    this.wasConnected ||= state === "connected";
    this.show();
  }

  /** @param {boolean} here */
  other(here) {
    this.here = here;
    this.show();
  }

  /** @param {boolean} up */
  socket(up) {
    this.up = up;
    if (up) this.notes.answers();
    this.show();
  }

  /** @param {number} code */
  final(code) {
    if (code === 4401 || code === 4410) return this.reload();
    this.call?.close();
    this.own?.stop();
    clearInterval(this.heartbeat);
    this.notes.cover(code === 4409 ? "taken" : "closed", code);
  }

  /** The page for the present state is at the same address; a reload shows it. */
  reload() {
    this.signal.stop();
    this.call?.close();
    location.reload();
  }

  tick() {
    this.line.ping();
    this.witness.look();
    this.show();
  }

  show() {
    drawClock(this.clock, { up: this.up });
    this.notes.pause(this.clock);
    this.notes.line(this.up, navigator.onLine);
    const contact = this.witness.contact;
    this.notes.step(contact ? "" : this.step());
    this.notes.quality(contact, contact ? "Good connection" : this.quality());
  }

  quality() {
    if (this.clock.state === "interrupted") return "Waiting";
    return this.wasConnected ? "Reconnecting" : "Connecting";
  }

  step() {
    if (this.clock.state === "interrupted") return "";
    if (this.state === "failed") return "failed";
    if (!this.here) return this.wasConnected ? "shaky" : "waiting";
    return this.wasConnected ? "shaky" : "meeting";
  }
}

/** @param {Room} room */
function listen(room) {
  waysOut(room);
  addEventListener("online", () => room.signal.wake());
  document.addEventListener("visibilitychange", () => document.hidden || room.signal.wake());
  addEventListener("pagehide", () => room.signal.send({ t: "leave" }));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  part("ask-end").addEventListener("click", () => room.notes.askEnd(room.clock.state === "accepted"));
  part("keep-talking").addEventListener("click", () => part("confirm-end").close());
  part("use-here").addEventListener("click", () => location.reload());
  part("return").addEventListener("click", () => room.begin());
}

/** @param {Room} room */
function waysOut(room) {
  const exits = new Exits({ fetch: (url, init) => fetch(url, init), go: (url) => location.assign(url),
    reload: () => room.reload(), unsaved: (words) => room.notes.unsaved(words) });
  for (const form of [part("leave-form"), part("end-form")]) {
    form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      exits.take({ action: form.action, body: new FormData(form) });
    });
  }
}

const room = new Room();
listen(room);
if (room.data.left !== "yes") room.begin();
else room.watch();
