// @ts-check
/** The button *Share screen*. It is hidden in browsers that cannot share a screen. */
import { gettext } from "../../lib/words.js";
import { Share } from "./share.js";
import { part, put } from "../stage/view_stage.js";

const ASK = { video: { frameRate: { ideal: 15 } }, audio: false };

/** @param {import("../room.js").Room} room @returns {import("../hooks.js").Feature} */
export function shareFeature({ own, data }) {
  const button = part("share");
  const devices = navigator.mediaDevices;
  const say = (/** @type {string} */ words) => {
    part("sharing").hidden = !words;
    put("sharing-words", words);
  };
  const share = new Share({ own, say, name: data.other ?? "", ask: () => devices.getDisplayMedia(ASK) });
  button.hidden = !devices?.getDisplayMedia;
  button.addEventListener("click", () => share.toggle());
  part("sharing-close").addEventListener("click", () => say(""));
  own.unshared = () => say(gettext("You are no longer sharing your screen."));
  own.drawn.push(() => button.setAttribute("aria-pressed", String(Boolean(own.screen))));
  return {};
}
