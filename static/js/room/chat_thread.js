// @ts-check
/** What both wrote, in the server's order, each once; what is not kept yet stands at the end. */

/** The server gives so many messages at a time (written.py); a page that is full is not the last. */
export const PAGE = 200;

/**
 * @typedef {{url: string, name: string, type: string, size: number, width: number | null, height: number | null,
 *   first_frame: boolean}} File
 * @typedef {{n: number, id: string, from: string, text: string, at: number, file: File | null}} Kept
 * @typedef {{id: string, from: string, text: string, n: number, at: number, file: File | null,
 *   name?: string, state: "kept" | "sending" | "waiting" | "refused" | "lost", words: string}} Message
 */

export class Thread {
  /** @param {string} role the own one, "client" or "consultant" */
  constructor(role) {
    this.role = role;
    /** @type {Message[]} */
    this.messages = [];
    /** Everything up to this number is here. */
    this.last = 0;
    this.askedFrom = 0;
  }

  /** The number from which on everything is asked for. */
  asked() {
    this.askedFrom = this.last;
    return this.last;
  }

  /**
   * A message as the server keeps it. Numbers have no gaps, so one that is too high says that some are missing,
   * and the last of a full page that there may be more.
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

  /** Something of one's own that is not kept yet. @param {{id: string, text: string, at: number, name?: string}} own */
  pend({ id, text, at, name }) {
    const known = this.find(id, this.role);
    if (known) return known;
    /** @type {Message} */
    const message = { id, from: this.role, text, n: Infinity, at, file: null, name, state: "sending", words: "" };
    this.messages.push(message);
    return message;
  }

  /** The server has it; those between may still be missing, so `last` waits for the delivery.
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

  /** @param {Message} message the one that stands before it */
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

/** @param {Message | undefined} before @param {Message} message whether who and when stand above it */
export function isHeaded(before, message) {
  const minute = (/** @type {number} */ at) => Math.floor(at / 60_000);
  return !before || before.from !== message.from || minute(before.at) !== minute(message.at);
}
