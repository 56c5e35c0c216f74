// @ts-check
/** The person's own camera and microphone: opens them, shows them, and turns them off and on. */
import { neither } from "../../devices/open.js";
import { gettext } from "../../lib/words.js";
import { early } from "../connection/early.js";
import { missing, openedOrSkipped } from "./open.js";
import { Own } from "./own_media.js";
import { part } from "../stage/view_stage.js";

const ASK_AFTER_MS = 1_500;
const SWITCHES = { mute: /** @type {const} */ ("audio"), camera: /** @type {const} */ ("video") };

/**
 * @param {{stage: import("../stage/view_stage.js").Stage, tell: (media: import("./own_media.js").Media) => void}} parts
 */
export function makeOwn({ stage, tell }) {
  const own = new Own({ stream: new MediaStream(), tell });
  const switches = Object.entries(SWITCHES);
  own.drawn.push(() => {
    stage.setOwn(own);
    for (const [id, kind] of switches) {
      part(id).disabled = !own.tracks[kind];
      part(id).setAttribute("aria-pressed", String(!own.on[kind]));
    }
  });
  for (const [id, kind] of switches) part(id).addEventListener("click", () => own.toggle(kind));
  return own;
}

/**
 * Opens the devices, or lets the person continue without them.
 * @param {{notes: import("../stage/view_notes.js").Notes, own: Own}} parts
 */
export async function openDevices({ notes, own }) {
  /** @type {Promise<import("../../devices/open.js").Both>} */
  const skipped = new Promise((resolve) => {
    part("without-devices").onclick = () => resolve(neither(""));
  });
  const words = gettext("Your browser is asking whether this page may use your camera and microphone.");
  const asking = setTimeout(() => notes.devices(words, "skip"), ASK_AFTER_MS);
  const media = await openedOrSkipped(early.takeDevices(), skipped);
  clearTimeout(asking);
  notes.devices(missing(media), "again");
  own.begin({ audio: media.audio.track, video: media.video.track });
}
