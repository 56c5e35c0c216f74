// @ts-check
/** Opening the devices of the room: waiting for them, or going on without. */
import { without, words } from "../devices/problems.js";

/** @typedef {import("../devices/open.js").Both} Both */

/**
 * What comes first: the devices, or the wish to go on without them.
 * @param {Promise<Both>} opened @param {Promise<Both>} skipped @returns {Promise<Both>}
 */
export async function openedOrSkipped(opened, skipped) {
  const media = await Promise.race([opened, skipped]);
  // Allowed after the skip, a camera would stay on that nobody sees and no button reaches.
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
