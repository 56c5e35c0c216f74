// @ts-check
/** Draws the cards over the stage: warnings, Extend, Continue in text, Goodbye. The other shape modules decide. */
import { fill, gettext } from "../../lib/words.js";
import { minutes } from "../clock.js";
import { newsOf, offered, Signs, wordsOf } from "./agreements.js";
import { Press } from "./press.js";
import { textCard, Troubles } from "./text_mode.js";
import { softTone } from "./tone.js";
import { part, put } from "../stage/view_stage.js";

const SHOWN_MS = 12_000;

/** @typedef {import("../room.js").Room} Room */

class Shape {
  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    const { early, late, call, other, feeBps } = part("shape").dataset;
    this.late = Number(late);
    this.who = { other, role: room.role, feeBps: Number(feeBps) };
    this.signs = new Signs({ marks: [Number(early), Number(late)], call, memory: sessionStorage,
      give: (words) => this.sign(words) });
    this.tone = softTone(() => new AudioContext());
    this.troubles = new Troubles(() => performance.now() / 1000);
    this.connection = "new";
    this.contact = false;
    this.problem = "";
    /** @type {import("./text_mode.js").Trouble} */
    this.hidden = "";
    /** @type {import("../clock.js").Extend | null | undefined} */
    this.extend = null;
    const press = new Press({ fetch: (url, init) => fetch(url, init), took: (frame) => room.take(frame),
      refused: (words) => this.refused(words) });
    this.listen(press);
  }

  /** @param {Press} press */
  listen(press) {
    for (const id of ["more-form", "text-form", "not-text-form"]) {
      part(id).addEventListener("submit", (/** @type {Event} */ event) => {
        event.preventDefault();
        press.send(part(id).action, new FormData(part(id)));
      });
    }
    part("text-later").addEventListener("click", () => {
      this.hidden = this.trouble;
      this.show();
    });
  }

  /** @param {string} words */
  sign(words) {
    put("sign-words", words);
    part("sign").hidden = false;
    this.say(words);
    this.tone();
    this.room.timers.set(() => (part("sign").hidden = true), SHOWN_MS);
  }

  /** Announces something politely to screen readers. @param {string} words */
  say(words) {
    put("shape-said", words);
  }

  /** Shows a refusal of the server for a while, or until the next press. @param {string} words */
  refused(words) {
    this.problem = words;
    this.show();
    if (!words) return;
    this.say(words);
    this.room.timers.set(() => words === this.problem && this.refused(""), SHOWN_MS);
  }

  /** A refusal that the card already shows is not repeated. */
  showProblem() {
    const words = this.problem === this.extend?.why && !part("more").hidden ? "" : this.problem;
    put("shape-refused", words);
    part("shape-problem").hidden = !words;
  }

  get trouble() {
    const { clock, here, own, grade } = this.room;
    const devices = own.ready ? Boolean(own.tracks.audio ?? own.tracks.video) : null;
    return this.troubles.look({ state: clock.state, inText: clock.inText, here, contact: this.contact,
      connection: this.connection, devices, poor: grade === "poor" && own.spared });
  }

  clock() {
    const { clock } = this.room;
    const news = newsOf(this.extend, clock.frame?.extend, this.who.other);
    this.extend = clock.frame?.extend;
    if (news) this.say(news);
    if (clock.inText) this.room.write();
    this.look();
  }

  look() {
    const { clock } = this.room;
    this.signs.look(clock);
    put("clock-bought", minutes(clock.terms.bought));
    if (clock.state !== "live") part("sign").hidden = true;
    part("clock").classList.toggle("is-last", clock.state === "live" && clock.left <= this.late);
    this.show();
    if (this.room.finished && clock.over) this.room.reload();
  }

  show() {
    this.showMore();
    this.showText();
    this.showGoodbye();
    this.showProblem();
  }

  showMore() {
    const extend = offered(this.room.clock);
    hide("more", !extend);
    if (!extend) return;
    put("more-words", wordsOf(extend, this.who));
    put("more-why", extend.why);
    part("more-top-up")?.toggleAttribute("hidden", !extend.why);
    part("more-number").value = extend.number;
    part("more-press").setAttribute("aria-pressed", String(extend.mine));
  }

  showText() {
    const { clock } = this.room;
    const presses = clock.frame?.text ?? { mine: false, theirs: false };
    const at = { trouble: this.trouble, hidden: this.hidden, inText: clock.inText, name: this.who.other };
    const { card, words } = textCard(presses, at);
    const open = Boolean(card) && !clock.over && clock.goodbye === null;
    if (card === "offer" && part("text-card").hidden) this.say(words);
    hide("text-card", !open);
    put("text-words", words);
    part("text-form").hidden = card === "wait";
    part("not-text-form").hidden = card === "ask";
    put("not-text", card === "wait" ? gettext("Keep trying video") : gettext("Not now"));
    part("text-later").hidden = card !== "ask";
  }

  showGoodbye() {
    const seconds = this.room.clock.goodbye;
    part("goodbye").hidden = seconds === null;
    put("goodbye-left", fill(gettext("%(n)s s"), { n: seconds ?? 0 }));
  }
}

/** If a card is hidden while it has the focus, the clock gets the focus. @param {string} id @param {boolean} gone */
function hide(id, gone) {
  const card = part(id);
  const had = gone && card.contains(document.activeElement);
  card.hidden = gone;
  if (had) part("clock").focus();
}

/** @param {Room} room @returns {import("../hooks.js").Feature} */
export function shapeFeature(room) {
  const shape = new Shape(room);
  return {
    frame: (frame) => frame.t === "beat" && shape.look(),
    clock: () => shape.clock(),
    tick: () => shape.look(),
    contact: (contact) => {
      shape.contact = contact;
      shape.show();
    },
    connection: (state) => {
      shape.connection = state;
      shape.show();
    },
    over: () => {
      if (room.clock.over) return false;
      shape.say(gettext("Time is up. Say goodbye: this page stays open for a moment, free of charge."));
      return true;
    },
  };
}
