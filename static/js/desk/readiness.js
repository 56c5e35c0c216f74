// @ts-check
// The four marks on the desk: would this browser ring, and could a call begin? A failed check keeps no one offline.
import { fill, gettext } from "../lib/words.js";
import { DEVICES, keep, known, notifications } from "./marks.js";
import { probe } from "./devices.js";

/**
 * @typedef {import("./marks.js").Mark} Mark
 * @typedef {import("./marks.js").Marks} Marks
 * @typedef {import("./marks.js").Name} Name
 * @typedef {import("./marks.js").World} World
 * @typedef {{ test: (url: string) => Promise<boolean>, unlock: (url: string) => Promise<void>, silent: boolean }} Ring
 */

/** @type {Marks} */
const WAITING = { camera: "wait", microphone: "wait" };

export class Readiness {
  /**
   * @param {HTMLElement} panel
   * @param {Ring} ring
   * @param {World} world
   * @param {() => Promise<void>} [patience] resolves when it is time to stop waiting for a permission that may never be given
   */
  constructor(panel, ring, world, patience = () => new Promise(() => {})) {
    this.panel = panel;
    this.ring = ring;
    this.world = world;
    this.patience = patience;
    this.url = panel.dataset.sound ?? "";
    /** What this page has found out itself, oldest first. @type {Marks[]} */
    this.finds = [];
    this.looks = 0;
  }

  async start() {
    this.panel.hidden = false;
    this.panel.addEventListener("click", (event) => this.pressed(/** @type {Element} */ (event.target)));
    this.panel.addEventListener("device-result", (event) => this.measured(/** @type {CustomEvent} */ (event).detail));
    this.panel.ownerDocument.addEventListener("pointerdown", () => this.touched(), { once: true });
    await this.look();
    this.follow();
  }

  /** Shows what is known without a prompt. Results found during this look, and a running check, overrule it. */
  async look() {
    const before = this.finds.length;
    const look = (this.looks += 1);
    const marks = await known(this.world, Object.assign({}, ...this.finds));
    if (look !== this.looks) return; // a later look has newer facts
    const waiting = this.mark("camera") === "wait" ? WAITING : {};
    this.draw(Object.assign(marks, waiting, ...this.finds.slice(before)));
  }

  /** @param {Marks} marks */
  found(marks) {
    this.finds.push(marks);
    this.draw(marks);
  }

  /** Permissions may be changed in the browser's own settings while the page is open. */
  async follow() {
    for (const name of ["camera", "microphone", "notifications"]) {
      const status = await this.world.permissions?.query({ name }).catch(() => undefined);
      if (status) status.onchange = () => this.look();
    }
  }

  /** @param {Element} target */
  pressed(target) {
    if (target.closest("[data-play]")) this.play();
    if (target.closest("[data-ask]")) this.ask();
    if (target.closest("[data-check]")) this.check();
  }

  /** A click allows the page to play sound. */
  async touched() {
    this.world.touched = true;
    await this.ring.unlock(this.url);
    if (this.mark("sound") === "asleep") this.found({ sound: "ok" });
  }

  /** *Go online* was pressed. Browsers allow sound and the notification prompt only within that click. */
  async check() {
    this.world.touched = true;
    const allowed = [this.play(), this.ask()];
    this.draw(WAITING);
    await Promise.race([Promise.all(allowed), this.patience()]); // an unanswered permission prompt never resolves
    this.measured(await probe(this.world.media));
    this.summary();
  }

  async play() {
    const heard = await this.ring.test(this.url);
    /** @type {Marks} */
    const marks = { sound: heard ? "ok" : "blocked" };
    keep(this.world.memory, marks);
    this.found(marks);
  }

  async ask() {
    const { notification } = this.world;
    if (notification?.permission === "default") await notification.requestPermission();
    this.found({ notifications: notifications(this.world) });
  }

  /** @param {{ camera: Mark, microphone: Mark }} found by this check, or by the device check below */
  measured({ camera, microphone }) {
    keep(this.world.memory, { camera, microphone });
    this.found({ camera, microphone });
  }

  /** @param {Name} name */
  mark(name) {
    return this.row(name)?.dataset.state;
  }

  /** @param {string} name @returns {HTMLElement | null} */
  row(name) {
    return this.panel.querySelector(`[data-mark="${name}"]`);
  }

  /** @param {Marks} marks */
  draw(marks) {
    for (const [name, state] of Object.entries(marks)) {
      const row = this.row(name);
      if (!row) continue;
      row.dataset.state = state;
      for (const part of /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll("[data-when]"))) {
        part.hidden = !part.dataset.when?.split(" ").includes(state);
      }
    }
    this.textOnly();
  }

  /** Without a camera and a microphone, calls in text are still possible: a note says so. */
  textOnly() {
    const states = DEVICES.map(([name]) => this.mark(name) ?? "unknown");
    const note = this.panel.querySelector("[data-without]");
    const works = (/** @type {string} */ state) => ["ok", "unknown", "wait"].includes(state);
    if (note instanceof HTMLElement) note.hidden = states.some(works);
  }

  /** Announced once, when every check has finished. */
  summary() {
    const line = this.panel.querySelector("[data-summary]");
    const bad = [...this.panel.querySelectorAll("[data-mark]")].filter((row) => row instanceof HTMLElement && row.dataset.state !== "ok");
    const names = bad.map((row) => row.querySelector("h3")?.textContent).join(", ");
    const good = gettext("Check finished. All four are fine.");
    if (line) line.textContent = bad.length ? fill(gettext("Check finished. Please look at: %(names)s."), { names }) : good;
  }
}
