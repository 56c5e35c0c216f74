// @ts-check
// The server's time in this browser. The largest offset seen is the best: its message travelled fastest.

export class ServerClock {
  /** @param {() => number} [local] milliseconds of a monotonic clock: it may stop while the machine sleeps, but never jumps ahead */
  constructor(local = () => performance.now()) {
    this.local = local;
    /** @type {number | null} */
    this.offset = null;
  }

  /** @param {number} serverNow milliseconds, written by the server a moment ago */
  saw(serverNow) {
    if (!Number.isFinite(serverNow)) return;
    const offset = serverNow - this.local();
    if (this.offset === null || offset > this.offset) this.offset = offset;
  }

  now() {
    return this.local() + (this.offset ?? 0);
  }
}

/**
 * What a ring shows: seconds (rounded up, never below 0) and the part of the ring that is left.
 * @param {number} expires
 * @param {number} now
 * @param {number} totalMs
 */
export function remaining(expires, now, totalMs) {
  const left = Math.max(0, expires - now);
  return { seconds: Math.ceil(left / 1000), part: totalMs > 0 ? Math.min(1, left / totalMs) : 0 };
}

/**
 * @param {number} seconds
 * @returns {string} such as "0:42"
 */
export function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
