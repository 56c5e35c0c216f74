// @ts-check
/** Uploads files one after the other, retries after a lost connection, and explains refusals and interruptions. */
import { fill, gettext } from "../../lib/words.js";

export const AGAIN_MS = 4_000;
export const LONGEST_MS = 60_000;

/**
 * @typedef {Blob & {name: string}} Picked
 * @typedef {{id: string, text: string, at: number, file: Picked | null, name: string,
 *   state: "sending" | "waiting" | "refused" | "lost", words: string}} Parcel
 * @typedef {import("./outbox.js").Store} Store
 * @typedef {{key: string, store: Store, newId: () => string, timers: import("../connection/signal.js").Timers, post: (parcel: Parcel) => Promise<any>,
 *   changed: (parcel: Parcel) => void, kept: (kept: import("./thread.js").Kept) => void}} Parts
 */

/** Checks a file before it is sent. The server checks again and looks into the file. @param {Picked} file @param {number} largest
 * @returns {string} why it cannot be sent, or nothing */
export function problemOf(file, largest) {
  const { name } = file;
  if (!file.size) return fill(gettext("“%(name)s” is empty."), { name });
  if (file.size > largest) return fill(gettext("“%(name)s” is larger than %(size)s MB. Send a smaller version."), { name, size: largest / 1e6 });
  const fits = file.type === "application/pdf" || /^image\/(png|jpeg|webp|gif)$/.test(file.type);
  return fits ? "" : fill(gettext("“%(name)s” is neither a picture (PNG, JPEG, WebP or GIF) nor a PDF."), { name });
}

export class Files {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Parcel[]} */
    this.parcels = restore(parts);
    this.busy = false;
    this.losses = 0;
    this.stopped = false;
    this.timer = null;
  }

  /** @param {Picked} file @param {string} text @returns {Parcel} */
  give(file, text) {
    const { newId, timers } = this.parts;
    /** @type {Parcel} */
    const parcel = { id: newId(), text, at: timers.now(), file, name: file.name, state: "sending", words: "" };
    this.parcels.push(parcel);
    this._save();
    this.pump();
    return parcel;
  }

  /** @param {string} id */
  again(id) {
    const parcel = this.find(id);
    if (!parcel?.file) return;
    this._mark(parcel, "sending");
    this.pump();
  }

  /** @param {string} id */
  drop(id) {
    this.parcels = this.parcels.filter((one) => one.id !== id);
    this._save();
  }

  /** @param {string} id */
  find(id) {
    return this.parcels.find((one) => one.id === id);
  }

  stop() {
    this.stopped = true;
    this.parts.timers.clear(this.timer);
  }

  async pump() {
    const parcel = this.parcels.find((one) => one.file && one.state !== "refused");
    if (this.busy || this.stopped || !parcel) return;
    this.busy = true;
    this.parts.timers.clear(this.timer);
    try {
      this._answered(parcel, await this.parts.post(parcel));
      this.busy = false;
      this.pump();
    } catch {
      this.busy = false;
      this._mark(parcel, "waiting");
      this.timer = this.parts.timers.set(() => this.pump(), Math.min(AGAIN_MS * 2 ** this.losses, LONGEST_MS));
      this.losses += 1;
    }
  }

  /** @param {Parcel} parcel @param {any} answer */
  _answered(parcel, answer) {
    if (answer.code === "messages_too_fast") throw new Error(answer.code);
    this.losses = 0;
    if (answer.code) return this._mark(parcel, "refused", answer.words);
    this.drop(parcel.id);
    this.parts.kept(answer);
  }

  /** @param {Parcel} parcel @param {Parcel["state"]} state */
  _mark(parcel, state, words = "") {
    parcel.state = state;
    parcel.words = words;
    this._save();
    this.parts.changed(parcel);
  }

  _save() {
    try {
      this.parts.store.setItem(this.parts.key, JSON.stringify(this.parcels));
    } catch {
      // Without storage, a reload forgets which uploads were pending.
    }
  }
}

/** A reload loses the files, and keeps their names and texts. @param {Parts} parts @returns {Parcel[]} */
function restore({ key, store }) {
  try {
    return JSON.parse(store.getItem(key) ?? "[]").map((/** @type {Parcel} */ one) => ({ ...one, file: null, state: "lost", words: one.words || lost(one) }));
  } catch {
    return [];
  }
}

/** @param {Parcel} parcel */
const lost = ({ name }) => fill(gettext("“%(name)s” was not sent, because the page was reloaded first. Please choose it again."), { name });
