// @ts-check
/** Notes over the stage: the step of connecting, why the clock is paused, which tab has the call, and problems. */
import { fill, gettext } from "../../lib/words.js";
import { part, put } from "./view_stage.js";

const CLOSED = {
  4403: () => gettext("This call belongs to another account."),
  4404: () => gettext("We could not find this call for your account. Are you signed in to the right account?"),
  4413: () => gettext("This page sent something too large."),
  4429: () => gettext("This page sent too many messages. The call is still there. Wait a minute, then open it again."),
};
const back = () => gettext("Our server is answering again. What you pressed was not saved. Press it again if you still want to.");
const STEPS = {
  devices: () => gettext("Step 1 of 3: asking for your camera and microphone."),
  waiting: (/** @type {string} */ name) => fill(gettext("Step 2 of 3: waiting for %(name)s to join the room."), { name }),
  meeting: (/** @type {string} */ name) => fill(gettext("Step 3 of 3: finding a path to %(name)s."), { name }),
  failed: (/** @type {string} */ name) => fill(gettext("We have not found a path to %(name)s yet. Trying again."), { name }),
  shaky: (/** @type {string} */ name) => fill(gettext("Reconnecting to %(name)s."), { name }),
};

export class Notes {
  /** @param {string} name the other person's first name */
  constructor(name) {
    this.name = name;
    part("devices-close").addEventListener("click", () => (part("devices").hidden = true));
  }

  /** @param {"" | "devices" | "waiting" | "meeting" | "failed" | "shaky"} step @param {string} [why] what went wrong */
  step(step, why = "") {
    const said = step && STEPS[step](this.name);
    put("step-words", said && why ? `${said} ${why}` : said);
  }

  /** Shows why the clock is paused, and how long we wait. @param {import("../clock.js").Clock} clock */
  pause(clock) {
    const stands = clock.state === "interrupted";
    part("pause").hidden = !stands;
    if (!stands) return;
    put("pause-words", clock.frame?.note ?? "");
    put("pause-wait", clock.waiting === null ? "" : fill(gettext("Waiting up to %(n)s s."), { n: clock.waiting }));
  }

  /** @param {boolean} up @param {boolean} online */
  line(up, online) {
    part("offline").hidden = up;
    const words = online
      ? gettext("Our server is not answering. Your call continues, and we are trying to reconnect.")
      : gettext("You are offline. Reconnecting automatically.");
    put("offline-words", up ? "" : words);
  }

  /** Shows the result of a press on Leave or End, on the stage and on the cover. @param {string} words */
  unsaved(words) {
    if (words) part("confirm-end").close();
    this._unsaved(words);
  }

  /** The server is back, but presses during the outage were not saved. */
  answers() {
    if (!part("unsaved").hidden) this._unsaved(back());
  }

  /** @param {string} words */
  _unsaved(words) {
    for (const name of ["unsaved", "left-unsaved"]) {
      part(name).hidden = !words;
      put(`${name}-words`, words);
    }
  }

  /** @param {string} words @param {"" | "skip" | "again"} [way] offer to join without devices, or to try again */
  devices(words, way = "") {
    part("devices").hidden = !words;
    part("without-devices").hidden = way !== "skip";
    part("devices-again").hidden = way !== "again";
    part("devices-close").hidden = way === "skip";
    put("devices-words", words);
  }

  /** @param {"" | "left" | "taken" | "closed"} which @param {number} [code] */
  cover(which, code = 0) {
    for (const name of ["left", "taken", "closed"]) part(`cover-${name}`).hidden = name !== which;
    part("cover").hidden = !which;
    if (which) part("confirm-end").close();
    for (const piece of part("room").children) if (piece.id !== "cover") piece.inert = Boolean(which);
    if (which === "closed") put("closed-words", /** @type {Record<number, () => string>} */ (CLOSED)[code]?.() ?? "");
  }

  /** Asks before *End for both*. @param {string} state of the consultation */
  askEnd(state) {
    part("confirm-before").hidden = state !== "accepted";
    part("confirm-paused").hidden = state !== "interrupted";
    part("confirm-during").hidden = ["accepted", "interrupted"].includes(state);
    part("confirm-end").showModal();
  }

  /** @param {"" | import("../connection/quality.js").Grade} grade empty while the two cannot hear each other @param {string} words */
  quality(grade, words) {
    part("quality").dataset.grade = grade;
    put("quality-words", words);
  }
}
