// @ts-check
/** Opening the devices of the room: waiting for them, or going on without. */

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

/** What is missing, named, with the way out; empty when nothing is. @param {Both} media */
export function missing({ audio, video }) {
  const problem = video.problem || audio.problem;
  if (!problem) return "";
  const thing = audio.problem && video.problem ? "camera or microphone" : video.problem ? "camera" : "microphone";
  const left = audio.problem && video.problem ? "You can listen, watch and write." : video.problem ? "You are heard all the same." : "You are seen all the same, and you can write.";
  return {
    blocked: `Your browser blocks the ${thing} for this page. Allow it by the sign beside the address, then press Try again. ${left}`,
    "in-use": `Another program is using your ${thing}. Close it, then press Try again. ${left}`,
    none: `No ${thing} was found. ${left} Plug one in and press Try again.`,
    insecure: `This page was opened over plain http, where browsers allow no camera. Open the https address, or 127.0.0.1 on the machine itself. ${left}`,
    cannot: `This browser cannot use a ${thing} for calls. Try a current Firefox, Chrome, Edge or Safari. ${left}`,
  }[problem];
}
