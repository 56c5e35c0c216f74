// @ts-check
/** Opens the devices of the room: waits for them, or continues without. */
import { without, words } from "../../devices/problems.js";

/** @typedef {import("../../devices/open.js").Both} Both */

/**
 * Whatever happens first: the devices open, or the person chooses to continue without them.
 * @param {Promise<Both>} opened @param {Promise<Both>} skipped @returns {Promise<Both>}
 */
export async function openedOrSkipped(opened, skipped) {
  const media = await Promise.race([opened, skipped]);
  // A camera that opens after the skip would stay on unseen, with no button to turn it off.
  opened.then((late) => late !== media && [late.audio, late.video].forEach(({ track }) => track?.stop()));
  return media;
}

/** What is missing, why, and what still works; empty when nothing is missing. @param {Both} media */
export function missing({ audio, video }) {
  const problem = video.problem || audio.problem;
  if (!problem) return "";
  const thing = audio.problem && video.problem ? "both" : video.problem ? "camera" : "microphone";
  return `${words(problem, thing, "room")} ${without(thing, "room")}`;
}
