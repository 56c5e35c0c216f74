// @ts-check
/** Why a camera or a microphone is missing: what happened, what to do about it, and what still works. */
import { gettext } from "../lib/words.js";

/**
 * @typedef {"" | "blocked" | "in-use" | "none" | "insecure" | "cannot"} Problem
 * @typedef {Exclude<Problem, "">} Reason
 * @typedef {"camera" | "microphone"} Thing
 * @typedef {Thing | "both"} Missing
 * @typedef {"check" | "room"} Place the check before a call, or the room
 */

/** @type {Record<string, Reason>} */
const NAMES = {
  NotAllowedError: "blocked",
  SecurityError: "blocked",
  NotReadableError: "in-use",
  AbortError: "in-use",
  NotFoundError: "none",
  OverconstrainedError: "none",
};

/** @param {unknown} refusal @returns {Problem} */
export const problemOf = (refusal) => NAMES[/** @type {Error} */ (refusal)?.name] ?? "cannot";

// Functions, because the async room/early.js may load this module before the catalog.
const PLAIN_HTTP = () => gettext("This page was opened over plain http, where browsers do not allow a camera or a microphone.");

/** What happened. @type {Record<Reason, Record<Missing, () => string>>} */
const HAPPENED = {
  blocked: {
    camera: () => gettext("Your browser blocks the camera for this site."),
    microphone: () => gettext("Your browser blocks the microphone for this site."),
    both: () => gettext("Your browser blocks the camera or microphone for this site."),
  },
  "in-use": {
    camera: () => gettext("Another program is using the camera."),
    microphone: () => gettext("Another program is using the microphone."),
    both: () => gettext("Another program is using the camera or microphone."),
  },
  none: {
    camera: () => gettext("No camera was found."),
    microphone: () => gettext("No microphone was found."),
    both: () => gettext("No camera or microphone was found."),
  },
  insecure: { camera: PLAIN_HTTP, microphone: PLAIN_HTTP, both: PLAIN_HTTP },
  cannot: {
    camera: () => gettext("This browser cannot use a camera for calls."),
    microphone: () => gettext("This browser cannot use a microphone for calls."),
    both: () => gettext("This browser cannot use a camera or microphone for calls."),
  },
};

const ANYWHERE = {
  insecure: () => gettext("Open its https address, or use 127.0.0.1 on the computer that runs the site."),
  cannot: () => gettext("Try a current Firefox, Chrome, Edge or Safari."),
};

/** What to do about it: the button has another name in each place. @type {Record<Place, Record<Reason, () => string>>} */
const WAYS_OUT = {
  check: {
    ...ANYWHERE,
    blocked: () => gettext("Click the icon next to the address bar to allow it, then press Check again."),
    "in-use": () => gettext("Close that program or choose another device, then press Check again."),
    none: () => gettext("Plug one in, and this page will find it."),
  },
  room: {
    ...ANYWHERE,
    blocked: () => gettext("Click the icon next to the address bar to allow it, then press Try again."),
    "in-use": () => gettext("Close that program or choose another device, then press Try again."),
    none: () => gettext("Plug one in and press Try again."),
  },
};

/** What still works. @type {Record<Place, Record<Missing, () => string>>} */
const WITHOUT = {
  check: {
    camera: () => gettext("Without one, you can talk and write."),
    microphone: () => gettext("Without one, you can listen and write."),
    both: () => gettext("Without them, you can listen, watch and write."),
  },
  room: {
    camera: () => gettext("Others can still hear you."),
    microphone: () => gettext("Others can still see you, and you can write."),
    both: () => gettext("You can listen, watch and write."),
  },
};

/** @param {Problem} problem @param {Missing} thing @param {Place} place @returns {string} empty without a problem */
export const words = (problem, thing, place) => (problem ? `${HAPPENED[problem][thing]()} ${WAYS_OUT[place][problem]()}` : "");

/** @param {Missing} thing @param {Place} place @returns {string} what the person can do without it */
export const without = (thing, place) => WITHOUT[place][thing]();
