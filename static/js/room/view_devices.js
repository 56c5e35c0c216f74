// @ts-check
/** The person's own camera and microphone: asking for them, showing them, switching them off and on. */
import { nothing, openedOrSkipped, openMedia, WORDS } from "./media.js";
import { part } from "./view_stage.js";

const ASK_AFTER_MS = 1_500;
const SWITCHES = [
  { id: "mute", name: /** @type {const} */ ("mic"), kind: "audio" },
  { id: "camera", name: /** @type {const} */ ("cam"), kind: "video" },
];

/**
 * @typedef {{mic: boolean, cam: boolean}} On
 * @typedef {{stream: MediaStream | null, tell: () => void, stop: () => void}} Own
 */

/**
 * Ask for devices, or let the person go on without them; then the toggles work.
 * @param {{notes: import("./view_notes.js").Notes, stage: import("./view_stage.js").Stage,
 *   tell: (on: On) => void}} parts @returns {Promise<Own>}
 */
export async function ownDevices({ notes, stage, tell }) {
  const media = await ask(notes);
  const on = { mic: media.mic, cam: media.cam };
  const show = () => {
    stage.setOwn(on);
    tell(on);
  };
  stage.showOwn(media.stream);
  for (const one of SWITCHES) enable(one, media, on, show);
  stage.setOwn(on);
  const stop = () => media.stream?.getTracks().forEach((track) => track.stop());
  return { stream: media.stream, tell: () => tell(on), stop };
}

/** @param {import("./view_notes.js").Notes} notes */
async function ask(notes) {
  /** @type {Promise<import("./media.js").Media>} */
  const skipped = new Promise((resolve) => {
    part("without-devices").onclick = () => resolve(nothing(""));
  });
  const words = "Your browser asks whether this page may use your camera and microphone.";
  const asking = setTimeout(() => notes.devices(words, true), ASK_AFTER_MS);
  const opened = openMedia({ devices: navigator.mediaDevices, secure: isSecureContext });
  const media = await openedOrSkipped(opened, skipped);
  clearTimeout(asking);
  notes.devices(media.problem && WORDS[media.problem], false);
  return media;
}

/**
 * @param {{id: string, name: "mic" | "cam", kind: string}} one
 * @param {import("./media.js").Media} media @param {On} on @param {() => void} show
 */
function enable({ id, name, kind }, media, on, show) {
  const button = part(id);
  button.disabled = !media[name];
  button.onclick = () => {
    on[name] = !on[name];
    for (const track of media.stream?.getTracks() ?? []) if (track.kind === kind) track.enabled = on[name];
    button.setAttribute("aria-pressed", String(!on[name]));
    show();
  };
}
