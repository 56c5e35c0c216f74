// @ts-check
/** Decides when to offer continuing in text, and with which words. Draws nothing. */
import { fill, gettext } from "../../lib/words.js";

export const MEETING_S = 15;
export const LOST_S = 10;

/**
 * @typedef {"" | "device" | "path" | "line"} Trouble
 * @typedef {{state: string, inText: boolean, here: boolean, contact: boolean, connection: string,
 *   devices: boolean | null, poor: boolean}} Facts `devices`: whether there is a camera or a microphone, null until
 *   that is known; `poor`: the connection is poor although no video is sent
 */

/** Tracks what prevents the two from seeing and hearing each other, and since when. */
export class Troubles {
  /** @param {() => number} now seconds of a monotonic clock */
  constructor(now) {
    this.now = now;
    /** @type {number | null} */
    this.since = null;
  }

  /** @param {Facts} facts @returns {Trouble} */
  look(facts) {
    const { state, inText, contact, connection, devices, poor } = facts;
    const open = ["accepted", "live", "interrupted"].includes(state);
    this._watch(open && facts.here && (!contact || poor));
    if (!open || inText) return "";
    if (devices === false) return "device";
    const apart = this.since === null ? 0 : this.now() - this.since;
    if (apart > 0 && connection === "failed") return "path";
    if (state === "accepted") return apart >= MEETING_S ? "path" : "";
    return apart >= LOST_S ? "line" : "";
  }

  /** @param {boolean} apart both are here but cannot hear each other, or the connection is poor even without video */
  _watch(apart) {
    if (!apart) this.since = null;
    else this.since ??= this.now();
  }
}

/** @type {Record<Exclude<Trouble, "">, (name: string) => string>} */
const REASONS = {
  device: () => gettext("You have no camera or microphone."),
  path: (name) => fill(gettext("We have not found a path for video to %(name)s yet."), { name }),
  line: (name) => fill(gettext("Your connection to %(name)s is poor."), { name }),
};
const terms = () => gettext("In text, you write to each other. The clock and the price stay the same.");

/**
 * Which card is shown, and its text; `hidden` is the trouble that the person has dismissed.
 * @param {{mine: boolean, theirs: boolean, no?: boolean}} presses
 * @param {{trouble: Trouble, hidden: Trouble, inText: boolean, name: string}} at
 * @returns {{card: "" | "ask" | "wait" | "offer", words: string}}
 */
export function textCard(presses, { trouble, hidden, inText, name }) {
  if (inText) return { card: "", words: "" };
  if (presses.mine) return { card: "wait", words: fill(gettext("Waiting for %(name)s to agree to continue in text."), { name }) };
  const wish = () => fill(gettext("%(name)s would like to continue in text."), { name });
  if (presses.theirs) return { card: "offer", words: `${wish()} ${terms()}` };
  if (!trouble || trouble === hidden) return { card: "", words: "" };
  const answer = presses.no ? fill(gettext("%(name)s would rather not switch to text now."), { name }) : "";
  return { card: "ask", words: [answer, REASONS[trouble](name), terms()].filter(Boolean).join(" ") };
}
