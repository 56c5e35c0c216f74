// @ts-check
/** Sound alone: offered after ten bad seconds, taken with one press, given back with one. */

export const BAD_MS = 10_000;
const AGAIN_MS = 60_000;

export class Spare {
  /** @param {{own: import("./own.js").Own, now: () => number}} parts */
  constructor({ own, now }) {
    this.own = own;
    this.now = now;
    /** @type {number | null} */
    this.badSince = null;
    this.offered = false;
    this.notBefore = -Infinity;
  }

  /** What to show: nothing, the offer, or whose line keeps the pictures away. @returns {"" | "offer" | "mine" | "theirs"} */
  get shown() {
    if (this.own.spare.mine) return "mine";
    if (this.own.spare.theirs) return "theirs";
    return this.offered ? "offer" : "";
  }

  /** Every second. @param {boolean} bad whether the line is poor now */
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
    // Who has just asked for pictures need not be asked about them at once.
    this.notBefore = this.now() + AGAIN_MS / 2;
  }
}
