// @ts-check
/** The shape of a quarter of an hour: warnings before the end, extensions and a goodbye. Decides, but draws nothing. */
import { fill, gettext, ngettext } from "../../lib/words.js";
import { credits, minutes } from "../clock.js";

const LATE_S = 3;

/**
 * @typedef {import("../clock.js").Clock} Clock
 * @typedef {import("../clock.js").Extend} Extend
 * @typedef {{getItem: (key: string) => string | null, setItem: (key: string, value: string) => void}} Memory
 */

/** Warns once at each mark: not again after a reload, but again after an extension. */
export class Signs {
  /** @param {{marks: number[], call: string, memory: Memory, give: (words: string, mark: number) => void}} parts */
  constructor({ marks, call, memory, give }) {
    this.marks = [...marks].sort((a, b) => b - a);
    this.call = call;
    this.memory = memory;
    this.give = give;
    this.bought = 0;
  }

  /** Called at every tick and every frame, so that a slow socket delays no warning. @param {Clock} clock */
  look(clock) {
    if (clock.state !== "live" || !clock.left) return;
    const longer = this.bought > 0 && this.bought !== clock.terms.bought;
    this.bought = clock.terms.bought;
    const crossed = this.marks.filter((mark) => clock.left <= mark && !this._given(mark));
    for (const mark of crossed) this.memory.setItem(this._key(mark), "given");
    // If two marks were crossed at once, only the later one matters. A short extension does not cross a mark.
    const mark = crossed.at(-1);
    if (mark && !longer) this.give(wordsAt(clock.left, mark), mark);
  }

  /** @param {number} mark */
  _given(mark) {
    return this.memory.getItem(this._key(mark)) !== null;
  }

  /** @param {number} mark */
  _key(mark) {
    return `sign:${this.call}:${this.bought}:${mark}`;
  }
}

/** @param {number} left @param {number} mark @returns {string} */
export function wordsAt(left, mark) {
  if (mark - left > LATE_S) return fill(gettext("%(time)s left."), { time: minutes(left) });
  if (mark % 60) return fill(ngettext("%(n)s second left.", "%(n)s seconds left.", mark), { n: mark });
  return fill(ngettext("%(n)s minute left.", "%(n)s minutes left.", mark / 60), { n: mark / 60 });
}

/** The extension that is offered near the end; null when there is nothing to press.
 * @param {Clock} clock @returns {Extend | null} */
export function offered(clock) {
  const extend = clock.frame?.extend;
  if (clock.state !== "live" || !extend || !extend.left) return null;
  return clock.left > 0 && clock.left <= extend.from ? extend : null;
}

/** The client's price is certain; the consultant gets at most this much. @type {Record<string, Record<string, () => string>>} */
const EXTEND = {
  client: {
    mine: () => gettext("You pressed Extend: %(n)s min for %(credits)s credits. Waiting for %(name)s to press it too."),
    theirs: () => gettext("%(name)s would like %(n)s more min. Extend by %(n)s min for %(credits)s credits?"),
    nobodys: () => gettext("Extend by %(n)s min for %(credits)s credits. Both of you must press Extend."),
  },
  consultant: {
    mine: () => gettext("You pressed Extend: %(n)s min for up to %(credits)s more credits. Waiting for %(name)s to press it too."),
    theirs: () => gettext("%(name)s would like %(n)s more min. Extend by %(n)s min for up to %(credits)s more credits?"),
    nobodys: () => gettext("Extend by %(n)s min for up to %(credits)s more credits. Both of you must press Extend."),
  },
};

/** What pressing *Extend* means, before and after the press.
 * @param {Extend} extend @param {{other: string, role: string, feeBps: number}} who @returns {string} */
export function wordsOf({ minutes: n, price, mine, theirs }, { other, role, feeBps }) {
  const isClient = role === "client";
  const share = price - Math.floor((price * feeBps) / 10_000);
  const pressed = mine ? "mine" : theirs ? "theirs" : "nobodys";
  const words = EXTEND[isClient ? "client" : "consultant"][pressed]();
  return fill(words, { n, credits: credits(isClient ? price : share), name: other });
}

/** A change to announce, in one line; "" if there is none.
 * @param {Extend | null | undefined} before @param {Extend | null | undefined} now @param {string} other */
export function newsOf(before, now, other) {
  if (!before || !now) return "";
  const longer = ngettext("Extended by %(n)s minute.", "Extended by %(n)s minutes.", before.minutes);
  if (now.number > before.number) return fill(longer, { n: before.minutes });
  if (!now.theirs || before.theirs) return "";
  const wish = ngettext("%(name)s would like %(n)s more minute.", "%(name)s would like %(n)s more minutes.", now.minutes);
  return fill(wish, { name: other, n: now.minutes });
}
