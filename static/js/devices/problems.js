// @ts-check
/** Why a camera or a microphone is not there: each reason has a name, words, and a way out. */

/**
 * @typedef {"" | "blocked" | "in-use" | "none" | "insecure" | "cannot"} Problem
 * @typedef {"camera" | "microphone"} Thing
 */

/** @type {Record<string, Problem>} */
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

/** Before a call, for one device. @param {Problem} problem @param {Thing} thing */
export function words(problem, thing) {
  const other = thing === "camera" ? "Without one you can talk and write." : "Without one you can listen and write.";
  return {
    "": "",
    blocked: `Your browser blocks the ${thing} for this site. Press the sign beside the address, allow it there, then press Check again.`,
    "in-use": `Another program is using the ${thing}. Close it or choose another ${thing}, then press Check again.`,
    none: `No ${thing} was found. Plug one in: this page notices. ${other}`,
    insecure: "This page was opened over plain http, where browsers allow no camera and no microphone. Open its https address, or 127.0.0.1 on the machine itself.",
    cannot: `This browser cannot use a ${thing} for calls. A current Firefox, Chrome, Edge or Safari can.`,
  }[problem];
}
