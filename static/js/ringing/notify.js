// @ts-check
// Shows a system notification while no tab is visible: one for each request, however many tabs are open.

/**
 * @typedef {{ title: string, body: string, tag: string }} Words
 * @typedef {{ close: () => void, onclick: ((event: Event) => void) | null }} Shown
 * @typedef {{
 *   make?: (words: Words) => Shown | null,
 *   locks?: { request: (name: string, options: { ifAvailable: boolean }, run: (lock: unknown) => unknown) => unknown },
 *   look?: () => void,
 *   watched?: () => Promise<boolean>,
 * }} Parts
 */

export class Notifier {
  /** @param {Parts} [parts] */
  constructor(parts = {}) {
    this.make = parts.make ?? system;
    this.locks = parts.locks ?? globalThis.navigator?.locks;
    this.look = parts.look ?? (() => globalThis.focus());
    /** Whether a tab is visible: its popup is enough then. */
    this.watched = parts.watched ?? (async () => false);
    /** @type {Map<string, () => void>} how to end each */
    this.shown = new Map();
  }

  /**
   * @param {Words} words the tag is the request
   * @param {() => void} chosen the person pressed it
   */
  show(words, chosen) {
    if (this.shown.has(words.tag)) return;
    let end = () => {};
    const over = new Promise((done) => (end = () => done(undefined)));
    this.shown.set(words.tag, end);
    const mine = () => this.shown.get(words.tag) === end;
    const silent = () => void (mine() && this.close(words.tag));
    const tell = async () => {
      if (await this.watched()) return silent();
      const message = mine() ? this.make(words) : null;
      if (!message) return undefined;
      message.onclick = () => {
        this.look();
        chosen();
        this.close(words.tag);
      };
      return over.then(() => message.close());
    };
    // Only the tab with the lock notifies. Without locks, the browser merges notifications with the same tag.
    if (this.locks) this.locks.request(`ring-${words.tag}`, { ifAvailable: true }, (lock) => (lock ? tell() : silent()));
    else tell();
  }

  /** @param {string} tag */
  close(tag) {
    this.shown.get(tag)?.();
    this.shown.delete(tag);
  }

  closeAll() {
    for (const tag of [...this.shown.keys()]) this.close(tag);
  }
}

/**
 * @param {Words} words
 * @returns {Shown | null} null where it is not allowed, or where only a service worker may notify
 */
function system({ title, body, tag }) {
  if (globalThis.Notification?.permission !== "granted") return null;
  try {
    return new Notification(title, { body, tag, requireInteraction: true });
  } catch {
    return null;
  }
}
