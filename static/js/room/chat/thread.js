// @ts-check
/** The messages of both people, each once, in the server's order. Unconfirmed ones are at the end. */

/** The server sends this many messages at a time (written.py), so a full page may not be the last. */
export const PAGE = 200;

/**
 * @typedef {{url: string, name: string, type: string, size: number, width: number | null, height: number | null,
 *   first_frame: boolean}} File
 * @typedef {{n: number, id: string, from: string, text: string, at: number, file: File | null}} Kept
 * @typedef {{id: string, from: string, text: string, n: number, at: number, file: File | null,
 *   name?: string, state: "kept" | "sending" | "waiting" | "refused" | "lost", words: string}} Message
 */

export class Thread {
  /** @param {string} role of this page's person, "client" or "consultant" */
  constructor(role) {
    this.role = role;
    /** @type {Message[]} */
    this.messages = [];
    /** Every message up to this number has arrived. */
    this.last = 0;
    this.askedFrom = 0;
  }

  /** The number after which messages are requested. */
  asked() {
    this.askedFrom = this.last;
    return this.last;
  }

  /**
   * Adds a message that the server has saved. Numbers have no gaps, so a number that is too high means that some
   * are missing, and a full page means that there may be more.
   * @param {Kept} kept @returns {{message: Message, fresh: boolean, more: boolean}}
   */
  take(kept) {
    const known = this.find(kept.id, kept.from);
    const fresh = !known || known.state !== "kept";
    /** @type {Message} */
    const message = known ?? { ...kept, state: "kept", words: "" };
    Object.assign(message, { n: kept.n, at: kept.at, text: kept.text, file: kept.file, state: "kept", words: "" });
    this._place(message);
    const more = kept.n > this.last + 1 || kept.n === this.askedFrom + PAGE;
    if (kept.n === this.last + 1) this.last = kept.n;
    return { message, fresh, more };
  }

  /** Adds this person's own message before the server has confirmed it. @param {{id: string, text: string, at: number, name?: string}} own */
  pend({ id, text, at, name }) {
    const known = this.find(id, this.role);
    if (known) return known;
    /** @type {Message} */
    const message = { id, from: this.role, text, n: Infinity, at, file: null, name, state: "sending", words: "" };
    this.messages.push(message);
    return message;
  }

  /** The server has confirmed an own message. Earlier ones may still be missing, so `last` does not change yet.
   * @param {string} id @param {number} n @param {number} at */
  said(id, n, at) {
    const message = this.find(id, this.role);
    if (!message || message.state === "kept") return message;
    Object.assign(message, { n, at, state: "kept", words: "" });
    this._place(message);
    return message;
  }

  /** @param {string} id */
  drop(id) {
    this.messages = this.messages.filter((one) => one.id !== id || one.from !== this.role || one.state === "kept");
  }

  /** @param {string} id @param {string} from */
  find(id, from) {
    return this.messages.find((one) => one.id === id && one.from === from);
  }

  /** @param {Message} message the one before it */
  before(message) {
    return this.messages[this.messages.indexOf(message) - 1];
  }

  /** @param {Message} message */
  _place(message) {
    this.messages = this.messages.filter((one) => one !== message);
    const behind = this.messages.findIndex((one) => one.n > message.n);
    this.messages.splice(behind < 0 ? this.messages.length : behind, 0, message);
  }
}

/** @param {Message | undefined} before @param {Message} message whether a line with name and time is above it */
export function isHeaded(before, message) {
  const minute = (/** @type {number} */ at) => Math.floor(at / 60_000);
  return !before || before.from !== message.from || minute(before.at) !== minute(message.at);
}
