// @ts-check
// "3 more are free: show them": newly free people are only counted, so that the list does not move under the pointer.
import { parse } from "./elements.js";

const SPREAD_MS = 2000;
const PAUSE_MS = 5000;
const CACHED_MS = 1200; // the server caches its answer for a second, so it may predate the change

/**
 * @typedef {{
 *   page: Document,
 *   ready: (element: Element) => void,
 *   load?: (url: string) => Promise<string>,
 *   timers?: { set: (run: () => void, ms: number) => unknown },
 *   random?: () => number,
 *   steady?: () => number,
 * }} Parts
 */

export class MoreFree {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.page = parts.page;
    this.timers = parts.timers ?? { set: (run, ms) => setTimeout(run, ms) };
    this.random = parts.random ?? Math.random;
    this.steady = parts.steady ?? (() => performance.now());
    this.load = parts.load ?? load;
    this.waiting = false;
    this.loaded = -Infinity;
    this.changed = -Infinity;
  }

  start() {
    this.page.addEventListener("live-changed", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.id === "free-pulse") this.soon();
    });
    this.page.addEventListener("visibilitychange", () => this.soon());
  }

  /** A thousand open lists get this news at once, so each asks after a random delay, and then pauses. */
  soon() {
    this.changed = this.steady();
    if (this.waiting || this.page.visibilityState === "hidden" || !this.place()) return;
    this.waiting = true;
    const rest = Math.max(CACHED_MS, this.loaded + PAUSE_MS - this.steady());
    this.timers.set(() => this.ask(), rest + this.random() * SPREAD_MS);
  }

  /** @returns {HTMLElement | null} */
  place() {
    return this.page.getElementById("more-free");
  }

  async ask() {
    this.waiting = false;
    this.loaded = this.steady();
    if (this.loaded - this.changed < CACHED_MS) this.soon();
    const place = this.place();
    const url = place?.dataset.src;
    if (!place || !url) return;
    try {
      this.show(place, await this.load(url));
    } catch {
      // The next change asks again.
    }
  }

  /**
   * @param {HTMLElement} place
   * @param {string} html
   */
  show(place, html) {
    const fresh = parse(this.page, html);
    if (!(fresh instanceof HTMLElement) || place !== this.place()) return; // another list has been swapped in
    this.count(Number(fresh.dataset.free ?? 0));
    if (place.firstElementChild?.isEqualNode(fresh)) return; // screen readers read it only if it is new
    place.replaceChildren(fresh);
    this.parts.ready(fresh);
  }

  /** @param {number} free */
  count(free) {
    for (const number of this.page.querySelectorAll("[data-free-now]")) number.textContent = String(free);
    for (const words of this.page.querySelectorAll("[data-while-free]")) {
      words.toggleAttribute("hidden", words.getAttribute("data-while-free") !== (free ? "some" : "none"));
    }
  }
}

/** @param {string} url */
async function load(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}
