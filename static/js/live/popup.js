// @ts-check
// Incoming requests: shown in every tab, heard, acknowledged, gone everywhere once answered anywhere.

/**
 * @typedef {{
 *   page: Document,
 *   send: (frame: object) => void,
 *   ring: { start: (url: string) => Promise<boolean>, stop: () => void },
 *   title: { call: (words: string) => void, rest: () => void },
 *   prepare: (el: Element) => void,
 * }} Parts
 */

export const PREFIX = "req-";
const GRACE_MS = 3000;

export class Popups {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.page = parts.page;
  }

  /** What the page came with, and what a visible tab has not acknowledged yet. */
  start() {
    for (const dialog of this.all()) this.open(dialog);
    this.page.addEventListener("visibilitychange", () => this.all().forEach((dialog) => this.acknowledge(dialog)));
    this.page.addEventListener("htmx:afterRequest", (event) => this.answered(/** @type {CustomEvent} */ (event)));
  }

  /**
   * Answered here, or too late: the window goes without waiting for the news, which may be on its way or lost.
   * @param {CustomEvent} event
   */
  answered(event) {
    const dialog = /** @type {Element} */ (event.target).closest("dialog[data-request]");
    const status = event.detail.xhr?.status ?? 0;
    if (dialog && (status === 204 || status === 409)) this.remove(dialog);
  }

  /**
   * Nobody may be rung for ever by a server that is away.
   * @param {number} now
   */
  expire(now) {
    for (const dialog of this.all()) {
      if (now > Number(dialog.dataset.expires) + GRACE_MS) this.remove(dialog);
    }
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
    if (dialog.localName === "dialog" && !dialog.open) dialog.showModal();
    dialog.addEventListener("cancel", (event) => event.preventDefault()); // Escape is no answer
    this.parts.title.call(dialog.dataset.title ?? "Incoming call");
    this.acknowledge(dialog);
    this.hear(dialog);
  }

  /** @param {HTMLDialogElement} dialog */
  async hear(dialog) {
    const heard = await this.parts.ring.start(dialog.dataset.sound ?? "");
    const button = dialog.querySelector("[data-sound-on]");
    if (!(button instanceof HTMLElement)) return;
    button.hidden = heard;
    button.onclick = async () => {
      button.hidden = await this.parts.ring.start(dialog.dataset.sound ?? "");
    };
  }

  /** @param {HTMLDialogElement} dialog */
  acknowledge(dialog) {
    const request = dialog.dataset.request;
    if (!dialog.dataset.told) this.parts.send({ t: "delivered", request });
    dialog.dataset.told = dialog.dataset.told || "delivered";
    if (this.page.visibilityState === "visible" && dialog.dataset.told !== "seen") {
      dialog.dataset.told = "seen";
      this.parts.send({ t: "seen", request });
    }
  }

  /** The socket is back: what was acknowledged into a lost one is said again. */
  again() {
    for (const dialog of this.all()) {
      delete dialog.dataset.told;
      this.acknowledge(dialog);
    }
  }

  /** @param {Element} dialog */
  remove(dialog) {
    if (!(dialog instanceof HTMLDialogElement)) return;
    dialog.close();
    dialog.remove();
    if (this.all().length) return;
    this.parts.ring.stop();
    this.parts.title.rest();
  }
}
