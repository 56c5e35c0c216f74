// @ts-check
/** The server's clock, only displayed: its `now` gives the offset, its `ends` the rest. */

/**
 * @typedef {{bought: number, price: number, feeBps: number, freeBelow: number, least: number, role: string}} Terms
 * @typedef {{state: string, now: number, ends: number | null, remaining: number, joint: number, cost: number,
 *   return_by: number | null, live_by: number | null, note: string}} ClockFrame
 */

const PRICE_SECONDS = 900;

export class Clock {
  /** @param {{now: () => number, terms: Terms}} parts */
  constructor({ now, terms }) {
    this.now = now;
    this.terms = terms;
    this.offset = 0;
    /** @type {ClockFrame | null} */
    this.frame = null;
  }

  /** @param {ClockFrame} frame */
  set(frame) {
    this.offset = frame.now - this.now();
    this.frame = frame;
  }

  get state() {
    return this.frame?.state ?? "";
  }

  /** Whole seconds left of the bought time. */
  get left() {
    const frame = this.frame;
    if (!frame) return this.terms.bought;
    return frame.ends ? this._until(frame.ends) : Math.ceil(frame.remaining);
  }

  /** Whole seconds until the server stops waiting for somebody, or null. */
  get waiting() {
    const by = this.frame?.return_by ?? this.frame?.live_by;
    return by ? this._until(by) : null;
  }

  /** Hundredths of a credit if the client ended it now; the server decides, this only shows. */
  get cost() {
    const { price, feeBps, freeBelow, least, role } = this.terms;
    const joint = this.frame?.ends ? this.terms.bought - this.left : (this.frame?.joint ?? 0);
    if (joint < freeBelow) return 0;
    const bill = Math.min(Math.floor((price * Math.max(joint, least)) / PRICE_SECONDS), price);
    return role === "client" ? bill : bill - Math.floor((bill * feeBps) / 10_000);
  }

  /** @param {number} at */
  _until(at) {
    return Math.max(0, Math.ceil((at - this.now() - this.offset) / 1000));
  }
}

/** @param {number} seconds @returns {string} 581 -> "9:41" */
export function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {number} amount @returns {string} 2000 -> "20.00" */
export function credits(amount) {
  return `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, "0")}`;
}
