// @ts-check
/** Opens camera and microphone, preferring the remembered ones. It never throws: each result names its problem. */
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
 * Opens both with one permission prompt. If that fails, it opens each alone, so that each has its own problem.
 * @param {{devices: Devices | undefined, secure: boolean, choice?: Choice}} parts @returns {Promise<Both>}
 */
export async function openBoth({ devices, secure, choice = {} }) {
  if (!devices?.getUserMedia) return neither(secure ? "cannot" : "insecure");
  const { microphone, camera } = await present(devices, choice);
  try {
    const tracks = (await devices.getUserMedia({ audio: wish("audio", microphone), video: wish("video", camera) })).getTracks();
    return { audio: found(tracks, "audio"), video: found(tracks, "video") };
  } catch {
    return { audio: await openAny({ devices, kind: "audio", id: microphone }), video: await openAny({ devices, kind: "video", id: camera }) };
  }
}

/**
 * Opens exactly this device; without an id, the default one.
 * @param {{devices: Devices, kind: Kind, id?: string}} parts @returns {Promise<Opened>}
 */
export async function openOne({ devices, kind, id = "" }) {
  try {
    return found((await devices.getUserMedia({ [kind]: wish(kind, id) })).getTracks(), kind);
  } catch (refusal) {
    return not(problemOf(refusal));
  }
}

/** If the remembered device is missing, any other one is opened instead.
 * @param {{devices: Devices, kind: Kind, id: string}} parts */
async function openAny({ devices, kind, id }) {
  const opened = await openOne({ devices, kind, id });
  return id && opened.problem === "none" ? openOne({ devices, kind }) : opened;
}

/** @param {MediaStreamTrack[]} tracks @param {Kind} kind @returns {Opened} */
function found(tracks, kind) {
  const track = tracks.find((one) => one.kind === kind) ?? null;
  return { track, problem: track ? "" : "none" };
}

/** `exact`, because some browsers answer a mere preference with the default device. @param {Kind} kind @param {string} id */
function wish(kind, id) {
  return { ...(kind === "audio" ? SOUND : PICTURE), ...(id ? { deviceId: { exact: id } } : {}) };
}

/** The ids of the remembered devices that are present. They are matched by name too, because browsers may change the ids.
 * @param {Devices} devices @param {Choice} choice */
async function present(devices, choice) {
  const list = (await devices.enumerateDevices?.().catch(() => [])) ?? [];
  const today = (/** @type {"camera" | "microphone"} */ thing) => match(choice[thing], list, thing)?.deviceId ?? "";
  return { camera: today("camera"), microphone: today("microphone") };
}
