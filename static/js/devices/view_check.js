// @ts-check
/** Draws the check before a call. */
import { fill as fillIn, gettext, ngettext } from "../lib/words.js";
import { THINGS } from "./list.js";
import { without, words } from "./problems.js";
import { canChooseSpeaker } from "./sound.js";
import { fill } from "./view_pickers.js";

const HEARD = {
  "": () => gettext("Say something and watch the bar move."),
  heard: () => gettext("We can hear you."),
  quiet: () => gettext("We cannot hear anything. Is the microphone off, or is another one selected?"),
};

/** @typedef {import("./probe.js").State} State */

export class CheckPage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.video = /** @type {HTMLVideoElement} */ (this.part("video"));
    root.hidden = false;
  }

  /** @param {string} name @returns {any} a part of the check's template */
  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  /** @param {State} state */
  draw(state) {
    this.root.dataset.phase = state.phase;
    this.part("start").hidden = state.phase !== "closed";
    this.part("body").hidden = state.phase === "closed";
    for (const thing of THINGS) fill(this.part(`${thing}-select`), state.lists[thing], state.chosen[thing]);
    this.part("speaker").hidden = !canChooseSpeaker() || !state.lists.speaker.length;
    for (const thing of /** @type {const} */ (["camera", "microphone"])) this._problem(thing, state);
    this._picture(state);
    this._put("gone", goneWords(state.gone));
    this._put("sum", sum(state));
    this.part("again").hidden = !state.camera.problem && !state.microphone.problem;
    if (!state.microphone.track) this.heard("", 0);
  }

  /** @param {"" | "heard" | "quiet"} state @param {number} level */
  heard(state, level) {
    this.part("level").style.setProperty("--level", level.toFixed(2));
    this._put("heard", HEARD[state]());
  }

  /** @param {"camera" | "microphone"} thing @param {State} state */
  _problem(thing, state) {
    const { problem } = state[thing];
    this.part(`${thing}-select`).disabled = !state.lists[thing].length;
    const why = problem === "none" ? `${words(problem, thing, "check")} ${without(thing, "check")}` : words(problem, thing, "check");
    this._put(`${thing}-problem`, state.phase === "open" ? why : "");
    // Screen readers would read the same sentence twice, so an insecure page says it once.
    if (problem === "insecure" && thing === "microphone") this._put("microphone-problem", "");
    if (thing === "microphone") this.part("listening").hidden = !state.microphone.track;
  }

  /** @param {State} state */
  _picture({ camera, phase }) {
    const shown = /** @type {MediaStream | null} */ (this.video.srcObject)?.getTracks()[0] ?? null;
    if (shown !== camera.track) this.video.srcObject = camera.track ? new MediaStream([camera.track]) : null;
    this.part("preview").dataset.picture = camera.track ? "yes" : "no";
    this.part("preview").dataset.mirrored = camera.track?.getSettings().facingMode === "environment" ? "no" : "yes";
    this._put("blank", phase === "asking" ? gettext("Your browser is asking for your camera and microphone: please allow them.") : gettext("No picture"));
  }

  /** @param {string} name @param {string} text written only if it changed, because live regions are read out at every write */
  _put(name, text) {
    const part = this.part(name);
    if (part.textContent !== text) part.textContent = text;
    if (part.matches("[data-wrong]")) part.hidden = !text;
  }
}

/** @param {string[]} gone names of chosen devices that were unplugged @returns {string} */
function goneWords(gone) {
  if (!gone.length) return "";
  const words = ngettext("%(names)s is no longer connected. Using another device instead.",
    "%(names)s are no longer connected. Using another device instead.", gone.length);
  return fillIn(words, { names: gone.join(", ") });
}

/** @param {State} state */
function sum({ phase, camera, microphone }) {
  if (phase === "asking") return gettext("Waiting for your browser.");
  if (phase !== "open") return "";
  if (camera.track && microphone.track) return gettext("Your camera and microphone work.");
  if (camera.track) return gettext("Your camera works, but your microphone does not.");
  if (microphone.track) return gettext("Your microphone works, but your camera does not.");
  return gettext("Neither your camera nor your microphone works. You can still watch, listen and write.");
}
