// @ts-check
/** Why a camera or a microphone is missing: what happened, what to do about it, and what still works. */

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

const PLAIN_HTTP = "This page was opened over plain http, where browsers do not allow a camera or a microphone.";

/** What happened. @type {Record<Reason, Record<Missing, string>>} */
const HAPPENED = {
  blocked: {
    camera: "Your browser blocks the camera for this site.",
    microphone: "Your browser blocks the microphone for this site.",
    both: "Your browser blocks the camera or microphone for this site.",
  },
  "in-use": {
    camera: "Another program is using the camera.",
    microphone: "Another program is using the microphone.",
    both: "Another program is using the camera or microphone.",
  },
  none: { camera: "No camera was found.", microphone: "No microphone was found.", both: "No camera or microphone was found." },
  insecure: { camera: PLAIN_HTTP, microphone: PLAIN_HTTP, both: PLAIN_HTTP },
  cannot: {
    camera: "This browser cannot use a camera for calls.",
    microphone: "This browser cannot use a microphone for calls.",
    both: "This browser cannot use a camera or microphone for calls.",
  },
};

const ANYWHERE = {
  insecure: "Open its https address, or use 127.0.0.1 on the computer that runs the site.",
  cannot: "Try a current Firefox, Chrome, Edge or Safari.",
};

/** What to do about it: the button has another name in each place. @type {Record<Place, Record<Reason, string>>} */
const WAYS_OUT = {
  check: {
    ...ANYWHERE,
    blocked: "Click the icon next to the address bar to allow it, then press Check again.",
    "in-use": "Close that program or choose another device, then press Check again.",
    none: "Plug one in, and this page will find it.",
  },
  room: {
    ...ANYWHERE,
    blocked: "Click the icon next to the address bar to allow it, then press Try again.",
    "in-use": "Close that program or choose another device, then press Try again.",
    none: "Plug one in and press Try again.",
  },
};

/** What still works. @type {Record<Place, Record<Missing, string>>} */
const WITHOUT = {
  check: {
    camera: "Without one, you can talk and write.",
    microphone: "Without one, you can listen and write.",
    both: "Without them, you can listen, watch and write.",
  },
  room: {
    camera: "Others can still hear you.",
    microphone: "Others can still see you, and you can write.",
    both: "You can listen, watch and write.",
  },
};

/** @param {Problem} problem @param {Missing} thing @param {Place} place @returns {string} empty without a problem */
export const words = (problem, thing, place) => (problem ? `${HAPPENED[problem][thing]} ${WAYS_OUT[place][problem]}` : "");

/** @param {Missing} thing @param {Place} place @returns {string} what the person can do without it */
export const without = (thing, place) => WITHOUT[place][thing];
