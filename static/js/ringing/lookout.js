// @ts-check
// Asks again while a request is open, because news can get lost although the socket works.

export const OPEN_MS = 5000;
export const RUN_OUT_MS = 2000;
const TICK_MS = 250;

/**
 * @typedef {{
 *   page: Document,
 *   clock: { now: () => number },
 *   ask: () => void,
 *   steady?: () => number,
 * }} Parts
 */

export class Lookout {
  /** @param {Parts} parts */
  constructor({ page, clock, ask, steady = () => performance.now() }) {
    this.page = page;
    this.clock = clock;
    this.ask = ask;
    this.steady = steady;
    /** @type {number | null} */
    this.looked = null;
    this.ranOut = false;
  }

  /** @param {(run: () => void, ms: number) => unknown} [every] */
  start(every = setInterval) {
    every(() => this.tick(), TICK_MS);
  }

  /** Asks every 5 s while a request is open, immediately when its ring is empty, and then every 2 s while it is shown. */
  tick() {
    const rings = [...this.page.querySelectorAll("[data-expires]")];
    const ranOut = rings.some((ring) => Number(ring.getAttribute("data-expires")) <= this.clock.now());
    const justNow = ranOut && !this.ranOut;
    this.ranOut = ranOut;
    if (!rings.length) this.looked = null;
    else if (this.looked === null && !ranOut) this.looked = this.steady(); // it has just arrived, so it is up to date
    else if (justNow || this.steady() - (this.looked ?? 0) >= (ranOut ? RUN_OUT_MS : OPEN_MS)) this.look();
  }

  look() {
    this.looked = this.steady();
    this.ask();
  }
}
