// @ts-check
/** The time and the cost of the call, as the server's frames give them; only displayed here. */
import { locale } from "../lib/words.js";
import { ServerClock } from "../lib/server_time.js";

/**
 * @typedef {{bought: number, price: number, held: number, feeBps: number, freeBelow: number, least: number,
 *   role: string}} Terms
 * @typedef {{number: number, minutes: number, price: number, from: number, open: boolean, mine: boolean,
 *   theirs: boolean, left: number, why: string}} Extend
 * @typedef {{mine: boolean, theirs: boolean, no?: boolean}} TextPresses
 * @typedef {{state: string, now: number, ends: number | null, remaining: number, joint: number, cost: number,
 *   return_by: number | null, live_by: number | null, note: string, mode?: string, bought?: number, held?: number,
 *   closes?: number | null, extend?: Extend | null, text?: TextPresses}} ClockFrame
 */

const PRICE_SECONDS = 900;
const FLOWING = ["accepted", "live"];
const FINAL = ["declined", "expired", "cancelled", "failed", "ended"];

export class Clock {
  /** @param {{server?: ServerClock, terms: Omit<Terms, "held"> & {held?: number}}} parts */
  constructor({ server = new ServerClock(), terms }) {
    this.server = server;
    /** @type {Terms} */
    this.terms = { ...terms, held: terms.held ?? terms.price };
    /** @type {ClockFrame | null} */
    this.frame = null;
  }

  /** @param {ClockFrame} frame */
  set(frame) {
    this.server.saw(frame.now);
    this.frame = frame;
    // An extension makes the call longer and the hold larger while the page is open.
    const { bought = this.terms.bought, held = this.terms.held } = frame;
    this.terms = { ...this.terms, bought, held };
  }

  get state() {
    return this.frame?.state ?? "";
  }

  /** Both people agreed to continue in text. */
  get inText() {
    return this.frame?.mode === "text";
  }

  /** Whether video and sound may be sent now: during the call, and during the goodbye. */
  get flowing() {
    return !this.inText && (FLOWING.includes(this.state) || this.goodbye !== null);
  }

  /** The consultation is final, and no goodbye keeps the page open. */
  get over() {
    return FINAL.includes(this.state) && this.goodbye === null;
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

  /** Whole seconds left of the goodbye; null before and after it. */
  get goodbye() {
    const closes = this.frame?.closes;
    return closes ? this._until(closes) || null : null;
  }

  /** What it would cost if the client ended it now, in hundredths of a credit. Only shown: the server decides. */
  get cost() {
    // While the clock is paused, the price depends on who is away, which only the server knows.
    if (this.frame && [...FINAL, "interrupted"].includes(this.state)) return this.frame.cost;
    const { price, held, feeBps, freeBelow, least, role } = this.terms;
    const joint = this.frame?.ends ? this.terms.bought - this.left : (this.frame?.joint ?? 0);
    if (joint < freeBelow) return 0;
    const bill = Math.min(Math.floor((price * Math.max(joint, least)) / PRICE_SECONDS), held);
    return role === "client" ? bill : bill - Math.floor((bill * feeBps) / 10_000);
  }

  /** @param {number} at */
  _until(at) {
    return Math.max(0, Math.ceil((at - this.server.now()) / 1000));
  }
}

/** @param {number} seconds @returns {string} 581 -> "9:41" */
export function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {number} amount @returns {string} 2000 -> "20.00", in German "20,00" */
export function credits(amount) {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: false };
  return new Intl.NumberFormat(locale(), digits).format(amount / 100);
}
