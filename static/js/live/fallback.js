// @ts-check
// For networks that block sockets: after three failed tries the page says so and polls with ordinary requests.

const TRIES = 3;
const POLL_MS = 10000;
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
    this.turn = 0;
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
    this.words(true);
    this.poll();
  }

  end() {
    this.on = false;
    this.turn += 1; // a pending answer must not start a second polling loop
    this.timers.clear(this.timer);
    this.banner(false);
  }

  async poll() {
    const { turn } = this;
    const answered = await this.parts.ask().then(() => true, () => false);
    if (turn !== this.turn) return;
    this.words(answered);
    this.timer = this.timers.set(() => this.poll(), POLL_MS + this.random() * SPREAD_MS);
  }

  /** @param {boolean} visible */
  banner(visible) {
    const banner = this.parts.page.getElementById("live-lost");
    if (banner) banner.hidden = !visible;
  }

  /** @param {boolean} answered false if even ordinary requests fail, so that no button works */
  words(answered) {
    for (const [words, hidden] of /** @type {const} */ ([["asks", !answered], ["fails", answered]])) {
      const line = this.parts.page.querySelector(`#live-lost [data-${words}]`);
      if (line instanceof HTMLElement) line.hidden = hidden;
    }
  }
}
