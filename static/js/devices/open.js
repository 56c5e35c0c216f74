// @ts-check
/** Opens camera and microphone, the remembered ones if they are there; never throws, names what failed. */
import { match } from "./list.js";
import { problemOf } from "./problems.js";

/**
 * @typedef {import("./problems.js").Problem} Problem
 * @typedef {import("./store.js").Choice} Choice
 * @typedef {{getUserMedia: (wanted: MediaStreamConstraints) => Promise<MediaStream>,
 *   enumerateDevices?: () => Promise<MediaDeviceInfo[]>}} Devices
 * @typedef {{track: MediaStreamTrack | null, problem: Problem}} Opened
 * @typedef {{audio: Opened, video: Opened}} Both
 * @typedef {"audio" | "video"} Kind
 */

const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 } };
const SOUND = { echoCancellation: true, noiseSuppression: true };

/** @param {Problem} problem @returns {Opened} */
const not = (problem) => ({ track: null, problem });

/** @param {Problem} problem @returns {Both} */
export const neither = (problem) => ({ audio: not(problem), video: not(problem) });

/**
 * Both with one question to the person; where that fails, each alone, so that each can say why.
 * @param {{devices: Devices | undefined, secure: boolean, choice?: Choice}} parts @returns {Promise<Both>}
 */
export async function openBoth({ devices, secure, choice = {} }) {
  if (!devices?.getUserMedia) return neither(secure ? "cannot" : "insecure");
  const there = await present(devices, choice);
  const wish = { audio: wanted("audio", there), video: wanted("video", there) };
  try {
    const tracks = (await devices.getUserMedia(wish)).getTracks();
    return { audio: found(tracks, "audio"), video: found(tracks, "video") };
  } catch {
    return { audio: await openOne({ devices, kind: "audio", wish: wish.audio }),
      video: await openOne({ devices, kind: "video", wish: wish.video }) };
  }
}

/**
 * @param {{devices: Devices, kind: Kind, wish?: MediaTrackConstraints, id?: string}} parts `id` names exactly one
 * @returns {Promise<Opened>}
 */
export async function openOne({ devices, kind, wish = wanted(kind, {}), id = "" }) {
  const exact = id ? { deviceId: { exact: id } } : {};
  try {
    return found((await devices.getUserMedia({ [kind]: { ...wish, ...exact } })).getTracks(), kind);
  } catch (refusal) {
    return not(problemOf(refusal));
  }
}

/** @param {MediaStreamTrack[]} tracks @param {Kind} kind @returns {Opened} */
function found(tracks, kind) {
  const track = tracks.find((one) => one.kind === kind) ?? null;
  return { track, problem: track ? "" : "none" };
}

/** `ideal`: a remembered device that is gone gives way to any other. @param {Kind} kind @param {Choice} choice */
function wanted(kind, choice) {
  const id = (kind === "audio" ? choice.microphone : choice.camera)?.id;
  return { ...(kind === "audio" ? SOUND : PICTURE), ...(id ? { deviceId: { ideal: id } } : {}) };
}

/** The choice with the ids of today: a browser that forgot them may still know the label.
 * @param {Devices} devices @param {Choice} choice @returns {Promise<Choice>} */
async function present(devices, choice) {
  const list = (await devices.enumerateDevices?.().catch(() => [])) ?? [];
  const today = (/** @type {"camera" | "microphone"} */ thing) => {
    const device = match(choice[thing], list, thing);
    return device ? { id: device.deviceId, label: device.label } : choice[thing];
  };
  return { camera: today("camera"), microphone: today("microphone") };
}
