// @ts-check
/** One call on one page: connects the socket, the peer connection, the clock and the features. */
import { Call } from "./connection/call.js";
import { Clock } from "./clock.js";
import { early } from "./connection/early.js";
import { countDown, secondsWords } from "./left.js";
import { Line } from "./connection/ping.js";
import { newId, steady, termsOf, timers } from "./machine.js";
import { SIGN_IN_MS, Signal } from "./connection/signal.js";
import { Path } from "./connection/path.js";
import { GRADES } from "./connection/quality.js";
import { lineOf, stepOf } from "./connection/steps.js";
import { Witness } from "./connection/contact.js";
import { makeOwn, openDevices } from "./own_media/view_devices.js";
import { Notes } from "./stage/view_notes.js";
import { drawClock, part, put, Stage } from "./stage/view_stage.js";

const FINISHED = ["declined", "expired", "cancelled", "failed", "ended"];
/** @typedef {import("./hooks.js").Feature} Feature */

export class Room {
  /** @param {{features: (room: Room) => Feature[]}} parts */
  constructor({ features }) {
    const data = part("room").dataset;
    this.data = data;
    this.role = data.role;
    this.timers = timers;
    this.stage = new Stage();
    this.notes = new Notes(data.other);
    this.clock = new Clock({ terms: termsOf(data) });
    this.line = new Line({ heard: () => this.witness.heard() });
    this.witness = new Witness({ now: steady, ping: () => this.line.ping(), answer: (frame) => this.signal.send(frame),
      changed: (contact) => this.heard(contact) });
    this.signal = new Signal({ open: () => early.take(data.socket ?? ""), page: newId(), timers: this.timers, random: Math.random,
      on: { frame: (frame) => this.take(frame), up: (up) => this.socket(up), final: (code) => this.final(code) } });
    this.own = makeOwn({ stage: this.stage, tell: (media) => this.signal.send({ t: "media", ...media }) });
    this.path = new Path({ now: steady });
    this.up = true;
    this.here = false;
    this.state = "new";
    this.grade = /** @type {import("./connection/quality.js").Grade} */ ("good");
    this.wasConnected = this.finished = this.stays = this.leaving = false;
    this.features = features(this);
  }

  /** The person pressed *Leave*: only follow what happens to the call. */
  watch() {
    this.signal.start("");
    this.notes.cover("left");
    countDown(Number(this.data.wait), { timers: this.timers, reload: () => this.reload(),
      answers: () => fetch(location.href), shown: () => !part("cover-left").hidden,
      show: (seconds) => put("left-wait", secondsWords(seconds)) });
  }

  async begin() {
    this.notes.cover("");
    this.notes.step("devices");
    // A call in text needs no devices.
    const opening = this.data.mode === "text" ? Promise.resolve() : openDevices(this);
    this.call = new Call({ make: (config) => new RTCPeerConnection(config), newId, signal: this.signal, timers: this.timers,
      stream: opening.then(() => this.own.stream), on: {
        track: (track) => this.stage.add(track),
        fresh: (peer) => this.fresh(peer),
        state: (state) => this.changed(state),
        other: (here) => this.other(here),
        media: (media) => this.media(media),
      } });
    // If the browser has to ask first, join only afterwards: until then the other side could not connect to this page.
    if (!(await early.allowed)) await opening;
    this.signal.start(this.call.id);
    this.heartbeat = setInterval(() => this.tick(), 1_000);
    await opening;
    if (this.data.mode === "text") this.own.stop();
    if (this.signal.joined) this.own.tell();
  }

  /** Both agreed to continue in text: stop the devices, and stop looking for a path. */
  write() {
    if (this.call?.closed) return;
    this.data.mode = "text";
    this.call?.close();
    this.own.stop();
    this.stage.begin();
  }

  /** Calls this hook of every feature. @param {keyof Feature} hook @param {any} [news] @returns {any[]} */
  tell(hook, news) {
    return this.features.map((feature) => /** @type {any} */ (feature)[hook]?.(news));
  }

  /** @param {import("./connection/signal.js").Frame} frame */
  take(frame) {
    this.tell("frame", frame);
    if (frame.t === "beat") return this.witness.asked(frame.ack);
    if (frame.t === "hello" || frame.t === "clock") this.time(/** @type {any} */ (frame));
    if (frame.t === "hello") this.own.tell();
    this.call?.take(frame);
  }

  /** @param {import("./clock.js").ClockFrame} frame */
  time(frame) {
    this.clock.set(frame);
    const { flowing } = this.clock;
    this.call?.setSending(flowing);
    this.stage.setHearing(flowing);
    this.tell("clock", frame);
    if (FINISHED.includes(frame.state) && !this.finished) this.over();
    this.show();
  }

  over() {
    this.finished = true;
    this.stays = this.tell("over").some(Boolean);
    if (!this.stays) this.reload();
  }

  /** @param {import("./connection/peer.js").Peer} peer */
  fresh(peer) {
    this.stage.begin();
    this.line.attach(peer.channel);
    this.own.peer = peer;
    this.tell("peer", peer);
    this.changed("new");
  }

  /** @param {string} state */
  changed(state) {
    this.state = state;
    this.wasConnected ||= state === "connected";
    this.tell("connection", state);
    this.signal.send({ t: "health", ice: state, rtt: null, loss: null });
    this.show();
  }

  /** @param {boolean} contact */
  heard(contact) {
    this.tell("contact", contact);
    this.show();
  }

  /** What the other side has switched on. @param {Partial<import("./own_media/own_media.js").Media>} media */
  media(media) {
    this.stage.setMedia(media);
    this.own.setSpare("theirs", Boolean(media.spare));
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
    this.tell("up", up);
    this.show();
  }

  /** @param {number} code */
  final(code) {
    if (code === 4410) return this.stays ? undefined : this.reload();
    if (code === 4401) return void this.timers.set(() => this.reload(), SIGN_IN_MS);
    this.call?.close();
    this.own.stop();
    clearInterval(this.heartbeat);
    this.tell("close");
    this.notes.cover(code === 4409 ? "taken" : "closed", code);
  }

  /** The page of the current state has the same address, so a reload shows it. */
  reload() {
    // Only once, because each further call would start the loading of a slow page again.
    if (this.leaving) return;
    this.leaving = true;
    this.tell("close");
    this.signal.stop();
    this.call?.close();
    location.reload();
  }

  tick() {
    this.line.ping();
    this.witness.look();
    this.tell("tick");
    this.show();
  }

  show() {
    drawClock(this.clock, { up: this.up });
    this.notes.pause(this.clock);
    this.notes.line(this.up, navigator.onLine);
    const written = this.clock.inText;
    const contact = written || this.witness.contact;
    this.notes.step(contact ? "" : stepOf(this), this.path.why);
    const words = contact && !written ? GRADES[this.grade].words : lineOf(this);
    this.notes.quality(contact && !written ? this.grade : "", words);
  }
}
