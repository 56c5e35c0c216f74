// @ts-check
// Incoming requests: every tab shows them, rings and acknowledges them. Once one tab answers, all tabs remove them.
import { fill, gettext } from "../lib/words.js";
import { remember } from "../site/focus.js";
import { minutes } from "../lib/server_time.js";

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

  /** Opens the requests that the page was rendered with, and acknowledges them when the tab becomes visible. */
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
   * A tab of this browser has become visible, or the last one was hidden.
   * @param {boolean} anybody whether a tab is visible
   */
  watched(anybody) {
    if (anybody) this.parts.notifier.closeAll();
    else this.all().forEach((dialog) => this.notify(dialog));
  }

  /**
   * Answered here, or too late: the window closes immediately, because the news may be slow or lost.
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
   * Each second: a request ends even if the server is down, and a ringtone that stopped starts again.
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

  /** @returns {HTMLDialogElement[]} the windows, and on the request's own page the element in place of one */
  all() {
    const found = this.page.querySelectorAll("[data-request]");
    return /** @type {HTMLDialogElement[]} */ ([...found]);
  }

  /**
   * Adds a request that this page does not show yet.
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
    dialog.addEventListener("cancel", (event) => event.preventDefault()); // Escape does not decline a request
    dialog.addEventListener("close", () => this.stay(dialog));
    dialog.dataset.shownAt = String(performance.now());
    this.parts.title.call(dialog.dataset.title ?? gettext("Incoming call"));
    this.notify(dialog);
    this.acknowledge(dialog);
    this.say(dialog, Number(dialog.dataset.expires) - Number(dialog.dataset.now), "came");
    this.hear(dialog);
  }

  /**
   * Chrome closes a window at the second Escape even if `cancel` is prevented, and the request would ring unseen.
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
   * Announces the time left to screen readers. The line is in the window, because they read nothing outside it.
   * @param {HTMLElement} dialog
   * @param {number} left
   * @param {string} when
   */
  say(dialog, left, when) {
    dialog.dataset.said = when;
    const line = dialog.querySelector("[data-say]");
    const time = minutes(Math.max(0, Math.ceil(left / 1000)));
    if (line) line.textContent = fill(gettext("%(time)s left to answer."), { time });
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

  /** The socket is back: repeat the acknowledgements, because the lost one may have swallowed them. */
  again() {
    for (const dialog of this.all()) {
      delete dialog.dataset.told;
      this.acknowledge(dialog);
    }
  }

  /**
   * @param {HTMLElement} dialog a window, which closes; or an element of the request's own page, which stays and stops ringing
   * @param {string} [words] announced to screen readers when the request goes away
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
 * A form with a pending request stays in the page, because htmx shows the answer only in elements that are still there.
 * @param {HTMLDialogElement} dialog closed
 */
function takeOut(dialog) {
  if (!dialog.querySelector(".htmx-request")) return dialog.remove();
  dialog.removeAttribute("id");
  dialog.removeAttribute("data-request");
  dialog.dataset.gone = "yes";
}
