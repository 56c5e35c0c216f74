// @ts-check
/** Camera and microphone, as far as there are any; what is missing has a name and a way out. */

/**
 * @typedef {"" | "blocked" | "in-use" | "none" | "insecure" | "cannot"} Problem
 * @typedef {{stream: MediaStream | null, mic: boolean, cam: boolean, problem: Problem}} Media
 * @typedef {{getUserMedia: (wanted: MediaStreamConstraints) => Promise<MediaStream>}} Devices
 */

const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 } };
const SOUND = { echoCancellation: true, noiseSuppression: true };
const WISHES = [{ audio: SOUND, video: PICTURE }, { audio: SOUND }, { video: PICTURE }];

/** @type {Record<string, Problem>} */
const NAMES = {
  NotAllowedError: "blocked",
  SecurityError: "blocked",
  NotReadableError: "in-use",
  AbortError: "in-use",
  NotFoundError: "none",
  OverconstrainedError: "none",
};

/** In words for people; {@link Problem} names them. @type {Record<string, string>} */
export const WORDS = {
  blocked:
    "Your browser blocks the camera or microphone for this page. Allow them by the sign beside the address, then reload: you come back into this call.",
  "in-use":
    "Another program is using your camera or microphone. Close it and reload: you come back into this call.",
  none: "No camera or microphone was found. You can listen, watch and write; plug one in and reload to speak.",
  insecure:
    "This page was opened over plain http, where browsers allow no camera. Open the https address, or 127.0.0.1 on the machine itself. Until then you can write.",
  cannot: "This browser cannot use a camera for calls. Try a current Firefox, Chrome, Edge or Safari.",
};

/**
 * Ask for both, else for one of them, else for none; never throws.
 * @param {{devices: Devices | undefined, secure: boolean}} parts @returns {Promise<Media>}
 */
export async function openMedia({ devices, secure }) {
  if (!devices) return nothing(secure ? "cannot" : "insecure");
  /** @type {Problem} */
  let problem = "";
  for (const wish of WISHES) {
    try {
      return found(await devices.getUserMedia(wish), problem);
    } catch (refusal) {
      // The first refusal names what the person wants to hear about; the later ones follow from it.
      problem ||= NAMES[/** @type {Error} */ (refusal).name] ?? "cannot";
    }
  }
  return nothing(problem);
}

/**
 * What comes first: the devices, or the wish to go on without them.
 * @param {Promise<Media>} opened @param {Promise<Media>} skipped @returns {Promise<Media>}
 */
export async function openedOrSkipped(opened, skipped) {
  const media = await Promise.race([opened, skipped]);
  // Allowed after the skip, a camera would stay on that nobody sees and no button reaches.
  opened.then((late) => late !== media && late.stream?.getTracks().forEach((track) => track.stop()));
  return media;
}

/** @param {MediaStream} stream @param {Problem} problem @returns {Media} */
function found(stream, problem) {
  const has = (/** @type {string} */ kind) => stream.getTracks().some((track) => track.kind === kind);
  return { stream, mic: has("audio"), cam: has("video"), problem };
}

/** @param {Problem} problem @returns {Media} */
export function nothing(problem) {
  return { stream: null, mic: false, cam: false, problem };
}
