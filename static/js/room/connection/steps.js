// @ts-check
/** Names the current step of connecting, and the connection while the two cannot hear each other. */
import { gettext } from "../../lib/words.js";

/**
 * @typedef {{clock: {state: string, inText?: boolean}, state: string, here: boolean, wasConnected: boolean}} Facts
 *   `state` is that of the peer connection
 */

/** @param {Facts} facts @returns {"" | "waiting" | "meeting" | "failed" | "shaky"} */
export function stepOf({ clock, state, here, wasConnected }) {
  if (clock.state === "interrupted") return "";
  if (state === "failed") return "failed";
  if (wasConnected) return "shaky";
  return here ? "meeting" : "waiting";
}

/** @param {Facts} facts */
export function lineOf({ clock, wasConnected }) {
  if (clock.inText) return gettext("In text");
  if (clock.state === "interrupted") return gettext("Waiting");
  return wasConnected ? gettext("Reconnecting") : gettext("Connecting");
}
