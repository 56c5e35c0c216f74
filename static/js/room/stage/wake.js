// @ts-check
/** Keeps the screen awake during the call. Browsers release the lock whenever the page is hidden. */

export class Wake {
  /** @param {{request: (() => Promise<WakeLockSentinel>) | null}} parts null where the browser has none */
  constructor({ request }) {
    this.request = request;
    this.wanted = false;
    /** @type {WakeLockSentinel | null} */
    this.lock = null;
  }

  async hold() {
    this.wanted = true;
    if (!this.request || this.asking || (this.lock && !this.lock.released)) return;
    this.asking = true;
    // A browser may refuse the lock (low battery, hidden page): the call continues without it.
    const lock = await this.request().catch(() => null);
    this.asking = false;
    this.lock = lock;
    if (!this.wanted) this.release();
  }

  /** The page is visible again. */
  async again() {
    if (this.wanted) await this.hold();
  }

  release() {
    this.wanted = false;
    this.lock?.release().catch(() => {});
    this.lock = null;
  }
}
