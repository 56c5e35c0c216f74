// @ts-check
// Incoming requests: shown in every tab, heard, acknowledged, gone everywhere once answered anywhere.
import { remember } from "./focus.js";
import { minutes } from "./clock.js";

/**
 * @typedef {{
 *   page: Document,
 *   send: (frame: object, dialog: HTMLElement) => void,
 *   ring: { start: (url: string) => Promise<boolean>, stop: () => void, silent: boolean },
 *   title: { call: (words: string) => void, rest: () => void },
 *   notifier: { show: (words: any, chosen: () => void) => void, close: (tag: string) => void, closeAll: () => void },
 *   prepare: (el: Element) => void,
 * }} Parts
 */

export const PREFIX = "req-";
const GRACE_MS = 3000;
const SOON_MS = 10000;

export class Popups {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.page = parts.page;
    this.back = () => {};
  }

  /** What the page came with, and what a visible tab has not acknowledged yet. */
  start() {
    for (const dialog of this.all()) this.open(dialog);
    this.page.addEventListener("visibilitychange", () => this.looked());
    this.page.addEventListener("htmx:afterRequest", (event) => this.answered(/** @type {CustomEvent} */ (event)));
  }

  looked() {
    if (this.page.visibilityState === "visible") this.parts.notifier.closeAll();
    this.all().forEach((dialog) => this.acknowledge(dialog));
  }

  /**
   * Somebody looks at a tab of this browser, this one or another; or nobody does any more.
   * @param {boolean} anybody
   */
  watched(anybody) {
    if (anybody) this.parts.notifier.closeAll();
    else this.all().forEach((dialog) => this.notify(dialog));
  }

  /**
   * Answered here, or too late: the window goes without waiting for the news, which may be on its way or lost.
   * @param {CustomEvent} event
   */
  answered(event) {
    const form = /** @type {Element} */ (event.target);
    form.closest("dialog[data-gone]")?.remove();
    const dialog = /** @type {HTMLElement | null} */ (form.closest("[data-request]"));
    const status = event.detail.xhr?.status ?? 0;
    if (dialog && (status === 204 || status === 409)) this.remove(dialog, "");
  }

  /**
   * Each second: nobody is rung for ever by a server that is away, and a ring that fell silent is begun again.
   * @param {number} now
   */
  tick(now) {
    for (const dialog of this.all()) {
      const left = Number(dialog.dataset.expires) - now;
      if (left < -GRACE_MS) this.remove(dialog);
      else if (left <= SOON_MS && dialog.dataset.said !== "soon") this.say(dialog, left, "soon");
    }
    if (this.parts.ring.silent) this.all().forEach((dialog) => this.hear(dialog));
  }

  /** @returns {HTMLDialogElement[]} windows, and on the request's own page the piece that stands for one */
  all() {
    const found = this.page.querySelectorAll("[data-request]");
    return /** @type {HTMLDialogElement[]} */ ([...found]);
  }

  /**
   * A request that this page does not show yet.
   * @param {Element} fresh
   */
  add(fresh) {
    const place = this.page.getElementById("requests");
    if (!place || this.page.getElementById(fresh.id)) return;
    place.append(fresh);
    this.parts.prepare(fresh);
    this.open(/** @type {HTMLDialogElement} */ (fresh));
  }

  /** @param {HTMLDialogElement} dialog */
  open(dialog) {
    if (dialog.localName === "dialog" && !dialog.open) {
      this.back = remember(this.page);
      dialog.showModal();
    }
    dialog.addEventListener("cancel", (event) => event.preventDefault()); // Escape is no answer
    dialog.addEventListener("close", () => this.stay(dialog));
    dialog.dataset.shownAt = String(performance.now());
    this.parts.title.call(dialog.dataset.title ?? "Incoming call");
    this.notify(dialog);
    this.acknowledge(dialog);
    this.say(dialog, Number(dialog.dataset.expires) - Number(dialog.dataset.now), "came");
    this.hear(dialog);
  }

  /**
   * Chrome closes a window at the second Escape, whatever is prevented: it would ring on unseen.
   * @param {HTMLDialogElement} dialog
   */
  stay(dialog) {
    if (this.all().includes(dialog) && !dialog.open) dialog.showModal();
  }

  /** @param {HTMLDialogElement} dialog */
  notify(dialog) {
    if (this.page.visibilityState === "visible") return;
    const { title = "", topic = "", request = "" } = dialog.dataset;
    const heading = () => /** @type {HTMLElement | null} */ (dialog.querySelector("[tabindex]"))?.focus();
    this.parts.notifier.show({ title, body: topic, tag: request }, heading);
  }

  /**
   * A line for who hears the page instead of seeing it; what is outside an open window is not read.
   * @param {HTMLElement} dialog
   * @param {number} left
   * @param {string} when
   */
  say(dialog, left, when) {
    dialog.dataset.said = when;
    const line = dialog.querySelector("[data-say]");
    if (line) line.textContent = `${minutes(Math.max(0, Math.ceil(left / 1000)))} left to answer.`;
  }

  /** @param {HTMLDialogElement} dialog */
  async hear(dialog) {
    const heard = await this.parts.ring.start(dialog.dataset.sound ?? "");
    const button = dialog.querySelector("[data-sound-on]");
    if (!(button instanceof HTMLElement)) return;
    button.hidden = heard;
    button.onclick = () => this.hear(dialog);
  }

  /** @param {HTMLDialogElement} dialog */
  acknowledge(dialog) {
    const request = dialog.dataset.request;
    if (!dialog.dataset.told) this.parts.send({ t: "delivered", request }, dialog);
    dialog.dataset.told = dialog.dataset.told || "delivered";
    if (this.page.visibilityState === "visible" && dialog.dataset.told !== "seen") {
      dialog.dataset.told = "seen";
      this.parts.send({ t: "seen", request }, dialog);
    }
  }

  /** The socket is back: what was acknowledged into a lost one is said again. */
  again() {
    for (const dialog of this.all()) {
      delete dialog.dataset.told;
      this.acknowledge(dialog);
    }
  }

  /**
   * @param {HTMLElement} dialog a window, which goes; or the request's own page, which stays and falls silent
   * @param {string} [words] what became of it, for who only heard that there was one
   */
  remove(dialog, words = dialog.dataset.over ?? "") {
    this.parts.notifier.close(dialog.dataset.request ?? "");
    if (dialog instanceof HTMLDialogElement) {
      dialog.close();
      takeOut(dialog);
    } else dialog.removeAttribute("data-request");
    if (this.all().length) return;
    this.parts.ring.stop();
    this.parts.title.rest();
    this.back();
    this.back = () => {};
    const line = this.page.getElementById("live-said");
    if (line) line.textContent = words;
  }
}

/**
 * A press that is on its way keeps its form: htmx shows the answer only to what is still in the page.
 * @param {HTMLDialogElement} dialog closed
 */
function takeOut(dialog) {
  if (!dialog.querySelector(".htmx-request")) return dialog.remove();
  dialog.removeAttribute("id");
  dialog.removeAttribute("data-request");
  dialog.dataset.gone = "yes";
}
