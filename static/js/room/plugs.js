// @ts-check
/** Handles devices that are plugged in, unplugged or chosen during the call. */

/**
 * @typedef {import("./own.js").Kind} Kind
 * @typedef {import("../devices/open.js").Opened} Opened
 * @typedef {import("../devices/problems.js").Problem} Problem
 * @typedef {{own: import("./own.js").Own, open: (kind: Kind, id?: string) => Promise<Opened>,
 *   has: (kind: Kind) => Promise<boolean>, say: (words: string, again: boolean) => void}} Parts
 */

const THING = { audio: "microphone", video: "camera" };

export class Plugs {
  /** @param {Parts} parts */
  constructor({ own, open, has, say }) {
    this.own = own;
    this.open = open;
    this.has = has;
    this.say = say;
    /** Kinds whose device was unplugged: it is used again when it is back. @type {Set<Kind>} */
    this.away = new Set();
    own.lost = (kind, label) => this.lost(kind, label);
  }

  /** @param {Kind} kind @param {string} label */
  async lost(kind, label) {
    const { track } = await this.open(kind);
    const what = `Your ${THING[kind]}${label && ` (${label})`} was disconnected.`;
    if (!track) {
      this.away.add(kind);
      return this.say(`${what} Plug it back in, or choose another one under Devices.`, true);
    }
    this.own.take(kind, track);
    this.say(`${what} Using ${track.label || "another one"} instead. You can choose another one under Devices.`, false);
  }

  /** A device was plugged in or unplugged. */
  async changed() {
    for (const kind of [...this.away]) {
      if (!(await this.has(kind)) || !this.away.delete(kind)) continue;
      const { track } = await this.open(kind);
      if (!track) this.away.add(kind);
      else this._taken(kind, track, `Your ${THING[kind]} is connected again.`);
    }
  }

  /** @param {Kind} kind @param {string} id @returns {Promise<Problem>} */
  async choose(kind, id) {
    let opened = await this.open(kind, id);
    const before = this.own.tracks[kind];
    if (opened.problem === "in-use" && before) {
      // Some machines open only one camera at a time.
      this.own.take(kind, null);
      opened = await this.open(kind, id);
    }
    if (opened.track) this._taken(kind, opened.track, "");
    else if (!this.own.tracks[kind] && before) await this.lost(kind, before.label);
    return opened.problem;
  }

  /** *Try again*: opens whatever is missing. @returns {Promise<Record<Kind, Opened>>} */
  async again() {
    const result = { audio: await this._try("audio"), video: await this._try("video") };
    if (!result.audio.problem && !result.video.problem) this.say("", false);
    return result;
  }

  /** @param {Kind} kind @returns {Promise<Opened>} */
  async _try(kind) {
    const there = this.own.tracks[kind];
    if (there) return { track: there, problem: "" };
    const opened = await this.open(kind);
    if (opened.track) this._taken(kind, opened.track, "");
    return opened;
  }

  /** @param {Kind} kind @param {MediaStreamTrack} track @param {string} words */
  _taken(kind, track, words) {
    this.away.delete(kind);
    this.own.take(kind, track);
    this.say(words, false);
  }
}
