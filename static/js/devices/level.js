// @ts-check
/** Measures how loud the sound is and decides whether somebody is speaking. */

const LOUD = 4;
const SPEECH = 0.06;
const ENOUGH = 3;
const QUIET_MS = 6_000;

/** @param {Uint8Array} samples the wave around 128 @returns {number} 0 to 1 */
export function loudness(samples) {
  if (!samples.length) return 0;
  let sum = 0;
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
  return Math.min(1, Math.sqrt(sum / samples.length) * LOUD);
}

/** Collects levels. The state becomes "heard" after enough loud ones, and "quiet" after a long silence. */
export class Hearing {
  /** @param {{now: () => number}} parts */
  constructor({ now }) {
    this.now = now;
    this.since = now();
    this.loud = 0;
    /** @type {"" | "heard" | "quiet"} */
    this.state = "";
  }

  begin() {
    this.since = this.now();
    this.loud = 0;
    this.state = "";
  }

  /** @param {number} level @returns {"" | "heard" | "quiet"} */
  take(level) {
    if (level >= SPEECH) {
      this.loud += 1;
      this.since = this.now();
    }
    if (this.loud >= ENOUGH) this.state = "heard";
    if (this.now() - this.since > QUIET_MS) {
      this.loud = 0;
      this.state = "quiet";
    }
    return this.state;
  }
}
