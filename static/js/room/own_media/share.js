// @ts-check
/** Shares the screen instead of the camera, and switches back. */
import { fill, gettext } from "../../lib/words.js";

const WORDS = {
  theirs: (/** @type {string} */ name) =>
    fill(gettext("%(name)s's connection is weak, so video is off. You can share your screen when video is back on."), { name }),
  system: () => gettext("Your system does not let the browser record the screen. Allow it in the system's settings, then press Share screen again."),
  unreadable: () => gettext("The browser could not record that. Choose another window or screen."),
};

/** @typedef {(typeof WORDS)[keyof typeof WORDS]} Words */

export class Share {
  /**
   * @param {{own: import("./own_media.js").Own, ask: () => Promise<MediaStream>, name: string, say: (words: string) => void}} parts
   */
  constructor({ own, ask, name, say }) {
    this.own = own;
    this.ask = ask;
    this.name = name;
    this.say = say;
    this.asking = false;
  }

  /** @returns {Promise<void>} */
  async toggle() {
    if (this.own.screen) return this.own.share(null);
    if (this.asking) return;
    if (this.own.spare.theirs) return this.say(WORDS.theirs(this.name));
    this.asking = true;
    try {
      this._show((await this.ask()).getVideoTracks()[0]);
    } catch (refusal) {
      this.say(wordsFor(/** @type {Error} */ (refusal)));
    } finally {
      this.asking = false;
    }
  }

  /** @param {MediaStreamTrack} track */
  _show(track) {
    // Sharp text matters more than smooth motion.
    track.contentHint = "detail";
    this.own.setSpare("mine", false);
    this.own.share(track);
    this.say("");
  }
}

/** A person who closed the browser's prompt knows why nothing is shared. Other refusals need an explanation. @param {Error} refusal */
function wordsFor({ name, message }) {
  if (name === "NotAllowedError") return /system/i.test(message) ? WORDS.system() : "";
  return WORDS.unreadable();
}
