// @ts-check
/** Handles devices that are plugged in, unplugged or chosen during the call. */
import { fill, gettext } from "../../lib/words.js";

/**
 * @typedef {import("./own_media.js").Kind} Kind
 * @typedef {import("../../devices/open.js").Opened} Opened
 * @typedef {import("../../devices/problems.js").Problem} Problem
 * @typedef {{own: import("./own_media.js").Own, open: (kind: Kind, id?: string) => Promise<Opened>,
 *   has: (kind: Kind) => Promise<boolean>, say: (words: string, again: boolean) => void}} Parts
 */

/** @type {Record<Kind, {gone: () => string, goneNamed: () => string, back: () => string}>} */
const WORDS = {
  audio: {
    gone: () => gettext("Your microphone was disconnected."),
    goneNamed: () => gettext("Your microphone (%(label)s) was disconnected."),
    back: () => gettext("Your microphone is connected again."),
  },
  video: {
    gone: () => gettext("Your camera was disconnected."),
    goneNamed: () => gettext("Your camera (%(label)s) was disconnected."),
    back: () => gettext("Your camera is connected again."),
  },
};

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
    const what = label ? fill(WORDS[kind].goneNamed(), { label }) : WORDS[kind].gone();
    if (!track) {
      this.away.add(kind);
      return this.say(`${what} ${gettext("Plug it back in, or choose another one under Devices.")}`, true);
    }
    this.own.take(kind, track);
    this.say(`${what} ${insteadOf(track.label)}`, false);
  }

  /** A device was plugged in or unplugged. */
  async changed() {
    for (const kind of [...this.away]) {
      if (!(await this.has(kind)) || !this.away.delete(kind)) continue;
      const { track } = await this.open(kind);
      if (!track) this.away.add(kind);
      else this._taken(kind, track, WORDS[kind].back());
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

/** @param {string} label of the device that is used now, "" if it has no name */
function insteadOf(label) {
  if (!label) return gettext("Using another one instead. You can choose another one under Devices.");
  return fill(gettext("Using %(label)s instead. You can choose another one under Devices."), { label });
}
