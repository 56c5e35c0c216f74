// @ts-check
/** Sound only: offered after ten poor seconds, turned on with one press, and off with another. */

export const BAD_MS = 10_000;
const AGAIN_MS = 60_000;

export class Spare {
  /** @param {{own: import("../own_media/own_media.js").Own, now: () => number}} parts */
  constructor({ own, now }) {
    this.own = own;
    this.now = now;
    /** @type {number | null} */
    this.badSince = null;
    this.offered = false;
    this.notBefore = -Infinity;
  }

  /** What to show: nothing, the offer, or whose connection has turned video off. @returns {"" | "offer" | "mine" | "theirs"} */
  get shown() {
    if (this.own.spare.mine) return "mine";
    if (this.own.spare.theirs) return "theirs";
    return this.offered ? "offer" : "";
  }

  /** Every second. @param {boolean} bad whether the connection is poor now */
  tick(bad) {
    if (!bad || this.own.spared) {
      this.badSince = null;
      this.offered = false;
      return;
    }
    this.badSince ??= this.now();
    if (this.now() - this.badSince >= BAD_MS && this.now() >= this.notBefore) this.offered = true;
  }

  accept() {
    this.offered = false;
    this.own.setSpare("mine", true);
  }

  refuse() {
    this.offered = false;
    this.notBefore = this.now() + AGAIN_MS;
  }

  back() {
    this.own.setSpare("mine", false);
    this.badSince = null;
    // A person who has just turned video on should not be asked about it immediately.
    this.notBefore = this.now() + AGAIN_MS / 2;
  }
}
