// @ts-check
/** Messages that the server has not confirmed: sent one at a time, and again after each loss with the same id. */

export const ACK_MS = 4_000;
export const WITHOUT_SOCKET_MS = 3_000;
const DEFAULT_WAIT_S = 3;

/**
 * @typedef {{id: string, text: string, at: number, state: "sending" | "waiting" | "refused", words: string}} Entry
 * @typedef {{id: string, n: number, at: number}} Said
 * @typedef {{id: string, code: string, words: string, wait?: number}} Unsaid
 * @typedef {{getItem: (key: string) => string | null, setItem: (key: string, value: string) => void}} Store
 * @typedef {{key: string, store: Store, newId: () => string, timers: import("../connection/signal.js").Timers,
 *   send: (frame: {t: "say", id: string, text: string}) => boolean,
 *   post: (entry: Entry) => Promise<Said | Unsaid>, changed: (entry: Entry) => void, kept: (said: Said) => void}} Parts
 */

export class Outbox {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.up = false;
    this.stopped = false;
    this.inAir = "";
    this.timer = null;
    /** @type {Entry[]} */
    this.entries = restore(parts);
  }

  /** @param {string} text @returns {Entry} */
  add(text) {
    const { newId, timers } = this.parts;
    /** @type {Entry} */
    const entry = { id: newId(), text, at: timers.now(), state: "sending", words: "" };
    this.entries.push(entry);
    this._save();
    this.pump();
    return entry;
  }

  /** The socket opened or closed: a pending message may be lost, so it is sent again. @param {boolean} up */
  turn(up) {
    this.up = up;
    this.inAir = "";
    if (!up) for (const entry of this.entries) this._mark(entry, "waiting");
    this.pump();
  }

  /** The server has confirmed the message, over the socket or in an answer. @param {Said} said */
  said(said) {
    const entry = this.find(said.id);
    if (!entry) return;
    this.entries = this.entries.filter((one) => one !== entry);
    this._save();
    this.parts.kept(said);
    this._landed(said.id);
  }

  /** @param {Unsaid} unsaid */
  unsaid({ id, code, words, wait }) {
    const entry = this.find(id);
    if (!entry) return;
    if (wait === undefined && code !== "messages_too_fast") {
      this._mark(entry, "refused", words);
      return this._landed(id);
    }
    this._mark(entry, "waiting", words);
    // It stays the pending message, so that nothing else is sent before it.
    this._later((wait ?? DEFAULT_WAIT_S) * 1000);
  }

  /** The person pressed *Try again*. @param {string} id */
  again(id) {
    const entry = this.find(id);
    if (!entry) return;
    this._mark(entry, "sending");
    this.pump();
  }

  /** @param {string} id @returns {string} its text, for the field */
  drop(id) {
    const text = this.find(id)?.text ?? "";
    this.entries = this.entries.filter((one) => one.id !== id);
    this._save();
    this._landed(id);
    return text;
  }

  stop() {
    this.stopped = true;
    this.parts.timers.clear(this.timer);
  }

  /** @param {string} id */
  find(id) {
    return this.entries.find((one) => one.id === id);
  }

  /** Sends the first message, unless one is pending. */
  pump() {
    const head = this.entries.find((one) => one.state !== "refused");
    if (this.stopped || this.inAir || !head) return;
    const { send } = this.parts;
    if (this.up && send({ t: "say", id: head.id, text: head.text })) {
      this.inAir = head.id;
      return this._later(ACK_MS);
    }
    this._mark(head, "waiting");
    this.inAir = head.id;
    this._later(WITHOUT_SOCKET_MS, () => this._post(head));
  }

  /** @param {Entry} head */
  async _post(head) {
    if (this.up) return this._landed(head.id);
    this.inAir = head.id;
    try {
      const answer = await this.parts.post(head);
      if ("n" in answer) this.said(answer);
      else this.unsaid(answer);
    } catch {
      if (this.inAir === head.id) this._later(WITHOUT_SOCKET_MS);
    }
  }

  /** @param {string} id */
  _landed(id) {
    if (this.inAir && this.inAir !== id) return;
    this.inAir = "";
    this.parts.timers.clear(this.timer);
    this.pump();
  }

  /** @param {number} ms @param {() => void} [run] */
  _later(ms, run) {
    this.parts.timers.clear(this.timer);
    this.timer = this.parts.timers.set(() => {
      const head = this.find(this.inAir);
      this.inAir = "";
      if (head) this._mark(head, "waiting", head.words);
      if (run) run();
      else this.pump();
    }, ms);
  }

  /** @param {Entry} entry @param {Entry["state"]} state */
  _mark(entry, state, words = "") {
    if (state === "waiting" && entry.state === "refused") return;
    if (entry.state === state && entry.words === words) return;
    entry.state = state;
    entry.words = words;
    this._save();
    this.parts.changed(entry);
  }

  _save() {
    try {
      this.parts.store.setItem(this.parts.key, JSON.stringify(this.entries));
    } catch {
      // Without storage, only unsent messages are lost when the page closes.
    }
  }
}

/** Messages that an earlier load of this page did not send. @param {Parts} parts @returns {Entry[]} */
function restore({ key, store }) {
  try {
    const found = JSON.parse(store.getItem(key) ?? "[]");
    return found.map((/** @type {Entry} */ one) => (one.state === "refused" ? one : { ...one, state: "waiting", words: "" }));
  } catch {
    return [];
  }
}
