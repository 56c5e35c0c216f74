// @ts-check
// Opens camera and microphone for a moment to see whether they work.
import { openBoth } from "../devices/open.js";
import { store } from "../devices/store.js";

/** @typedef {import("./marks.js").Mark} Mark */
/** @typedef {import("../devices/open.js").Opened} Opened */

/**
 * @param {import("../devices/open.js").Devices | undefined} devices
 * @param {import("../devices/store.js").Choice} [choice]
 * @returns {Promise<{ camera: Mark, microphone: Mark }>}
 */
export async function probe(devices, choice = store.choice) {
  const { audio, video } = await openBoth({ devices, secure: true, choice });
  for (const { track } of [audio, video]) track?.stop();
  return { camera: mark(video), microphone: mark(audio) };
}

/** @param {Opened} opened @returns {Mark} */
function mark({ track, problem }) {
  if (track) return "ok";
  return problem === "" || problem === "insecure" ? "cannot" : problem;
}
