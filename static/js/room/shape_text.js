// @ts-check
/** When to offer going on in text, and what is said of it. Decides, draws nothing. */

export const MEETING_S = 15;
export const LOST_S = 10;

/**
 * @typedef {"" | "device" | "path" | "line"} Trouble
 * @typedef {{state: string, inText: boolean, here: boolean, contact: boolean, connection: string,
 *   devices: boolean | null, poor: boolean}} Facts `devices`: whether there is a camera or a microphone, null while
 *   it is asked; `poor`: the line is bad although no pictures are sent
 */

/** What stands in the way of seeing and hearing each other, and since when. */
export class Troubles {
  /** @param {() => number} now seconds of a clock that only goes forward */
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

  /** @param {boolean} apart both are here and do not hear each other, or badly with sound alone */
  _watch(apart) {
    if (!apart) this.since = null;
    else this.since ??= this.now();
  }
}

/** @type {Record<Exclude<Trouble, "">, (name: string) => string>} */
const REASONS = {
  device: () => "You have no camera or microphone.",
  path: (name) => `We have not found a path for video to ${name} yet.`,
  line: (name) => `Your connection to ${name} is poor.`,
};
const TERMS = "In text, you write to each other. The clock and the price stay the same.";

/**
 * Which card is shown, and its words; `hidden` is a trouble that the person waved away.
 * @param {{mine: boolean, theirs: boolean, no?: boolean}} presses
 * @param {{trouble: Trouble, hidden: Trouble, inText: boolean, name: string}} at
 * @returns {{card: "" | "ask" | "wait" | "offer", words: string}}
 */
export function textCard(presses, { trouble, hidden, inText, name }) {
  if (inText) return { card: "", words: "" };
  if (presses.mine) return { card: "wait", words: `Waiting for ${name} to agree to continue in text.` };
  if (presses.theirs) return { card: "offer", words: `${name} would like to continue in text. ${TERMS}` };
  if (!trouble || trouble === hidden) return { card: "", words: "" };
  const answer = presses.no ? `${name} would rather not switch to text now. ` : "";
  return { card: "ask", words: `${answer}${REASONS[trouble](name)} ${TERMS}` };
}
