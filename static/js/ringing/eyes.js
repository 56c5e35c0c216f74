// @ts-check
// Whether any tab of this browser is visible. A visible tab holds a lock, and tells the other tabs when that changes.

const NAME = "quarter-looked-at";
/** When a person changes tabs, the old one is hidden a moment before the new one is visible. */
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
    /** Called when a tab may have become visible, or the last one hidden. */
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
    // The other tabs are told immediately and do the waiting, because a closed tab runs nothing later.
    this.channel?.postMessage("changed");
    this.later(this.changed, CHANGE_MS);
  }

  /** The lock is shared, because two windows may be visible. The browser releases it when the tab closes or crashes. */
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

  /** Whether any tab of this browser is visible. Without locks, only this tab is known. */
  async any() {
    if (this.open || !this.locks) return this.open;
    const { held = [] } = await this.locks.query();
    return held.some(({ name }) => name === NAME);
  }
}

/**
 * @param {Document} page
 * @returns {Eyes} with the locks and the channel of this browser
 */
export function eyesOf(page) {
  const channel = () => (globalThis.BroadcastChannel ? new BroadcastChannel(NAME) : undefined);
  return new Eyes({ page, locks: globalThis.navigator?.locks, channel });
}
