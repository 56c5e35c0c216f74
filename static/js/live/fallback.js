// @ts-check
// Sockets blocked: after three failed tries the page says so and asks by ordinary requests instead.

export const TRIES = 3;
export const POLL_MS = 10000;
const SPREAD_MS = 5000;

/**
 * @typedef {{
 *   page: Document,
 *   ask: () => Promise<void>,
 *   timers?: { set: (run: () => void, ms: number) => number, clear: (id: number) => void },
 *   random?: () => number,
 * }} Parts
 */

export class Fallback {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.timers = parts.timers ?? { set: (run, ms) => Number(setTimeout(run, ms)), clear: (id) => clearTimeout(id) };
    this.random = parts.random ?? Math.random;
    this.on = false;
    this.timer = 0;
  }

  /**
   * @param {"open" | "lost" | "stopped"} state
   * @param {number} failures
   */
  state(state, failures) {
    if (state === "open") this.end();
    else if ((state === "stopped" || failures >= TRIES) && !this.on) this.begin();
  }

  begin() {
    this.on = true;
    this.banner(true);
    this.poll();
  }

  end() {
    this.on = false;
    this.timers.clear(this.timer);
    this.banner(false);
  }

  async poll() {
    try {
      await this.parts.ask();
    } catch {
      // The next round asks again.
    }
    if (this.on) this.timer = this.timers.set(() => this.poll(), POLL_MS + this.random() * SPREAD_MS);
  }

  /** @param {boolean} visible */
  banner(visible) {
    const banner = this.parts.page.getElementById("live-lost");
    if (banner) banner.hidden = !visible;
  }
}
