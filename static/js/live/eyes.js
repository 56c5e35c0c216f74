// @ts-check
// Is any tab of this browser looked at? A visible tab holds a lock; the others are told when that changes.

const NAME = "quarter-looked-at";
/** From one tab to another: the one is hidden a moment before the other is shown. */
const CHANGE_MS = 400;

/**
 * @typedef {{ visibilityState: string, addEventListener: (name: string, run: () => void) => void }} Page
 * @typedef {{ postMessage: (word: string) => void, onmessage: ((event: any) => void) | null }} Channel
 * @typedef {{
 *   request: (name: string, options: { mode: "shared" }, run: () => Promise<void>) => Promise<unknown>,
 *   query: () => Promise<{ held?: { name?: string }[] }>,
 * }} Locks
 * @typedef {{ page: Page, locks?: Locks, channel?: () => Channel | undefined, later?: (run: () => void, ms: number) => unknown }} Parts
 */

export class Eyes {
  /** @param {Parts} parts */
  constructor({ page, locks, channel, later = (run, ms) => setTimeout(run, ms) }) {
    this.page = page;
    this.locks = locks;
    this.openChannel = channel;
    /** @type {Channel | undefined} */
    this.channel = undefined;
    this.later = later;
    this.letGo = () => {};
    /** Asked of whoever started this: somebody looks now, or nobody does any more. */
    this.changed = () => {};
  }

  /** @param {() => void} changed */
  start(changed) {
    this.changed = changed;
    this.channel = this.openChannel?.();
    if (this.channel) this.channel.onmessage = () => this.later(changed, CHANGE_MS);
    this.page.addEventListener("visibilitychange", () => this.turned());
    this.turned();
  }

  get open() {
    return this.page.visibilityState === "visible";
  }

  turned() {
    this.letGo();
    if (this.open) return this.hold();
    // The others are told at once and wait themselves: a tab that is closed does nothing later.
    this.channel?.postMessage("changed");
    this.later(this.changed, CHANGE_MS);
  }

  /** The lock is shared: two windows beside each other are both looked at. It goes with the tab, however that ends. */
  hold() {
    const over = new Promise((/** @type {(nothing: void) => void} */ done) => (this.letGo = () => done()));
    const held = () => {
      this.changed();
      this.channel?.postMessage("changed");
      return over;
    };
    if (this.locks) this.locks.request(NAME, { mode: "shared" }, held).catch(() => {});
    else held();
  }

  /** Whether this tab or another one of this browser is looked at; without locks only this one is known. */
  async any() {
    if (this.open || !this.locks) return this.open;
    const { held = [] } = await this.locks.query();
    return held.some(({ name }) => name === NAME);
  }
}

/**
 * @param {Document} page
 * @returns {Eyes} those of this browser
 */
export function eyesOf(page) {
  const channel = () => (globalThis.BroadcastChannel ? new BroadcastChannel(NAME) : undefined);
  return new Eyes({ page, locks: globalThis.navigator?.locks, channel });
}
