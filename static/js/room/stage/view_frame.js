// @ts-check
/** Where the videos are: swapped, in picture in picture, or full screen. Also keeps the screen awake. */
import { Layout } from "./layout.js";
import { part } from "./view_stage.js";
import { Wake } from "./wake.js";

const TALKING = ["accepted", "live", "interrupted"];

/** @param {import("../room.js").Room} room @returns {import("../hooks.js").Feature} */
export function frameFeature(room) {
  swapping(room.stage);
  pictureInPicture(room.stage.other);
  fullScreen(part("room"));
  const lock = "wakeLock" in navigator ? () => navigator.wakeLock.request("screen") : null;
  const wake = new Wake({ request: lock });
  const seen = () => document.hidden || wake.again();
  document.addEventListener("visibilitychange", seen);
  const end = () => {
    document.removeEventListener("visibilitychange", seen);
    wake.release();
  };
  return { clock: () => void (TALKING.includes(room.clock.state) && wake.hold()), over: end, close: end };
}

/** Swaps the videos with the button, or with a press on the person's own video. @param {import("./view_stage.js").Stage} stage */
function swapping(stage) {
  const layout = new Layout();
  const draw = () => {
    layout.share(stage.media.screen);
    const { dataset } = part("stage");
    dataset.large = layout.large;
    dataset.first = layout.first;
    part("swap").setAttribute("aria-pressed", String(layout.isSwapped));
  };
  const swap = () => {
    layout.swap();
    draw();
  };
  part("swap").addEventListener("click", swap);
  part("own-video").addEventListener("click", swap);
  stage.changed = draw;
  draw();
}

/** @param {HTMLVideoElement} video */
function pictureInPicture(video) {
  const button = part("pip");
  button.hidden = !document.pictureInPictureEnabled || !("requestPictureInPicture" in video);
  const out = () => document.pictureInPictureElement === video;
  const draw = () => button.setAttribute("aria-pressed", String(out()));
  for (const event of ["enterpictureinpicture", "leavepictureinpicture"]) video.addEventListener(event, draw);
  // The browser refuses if there is no video yet, and then there is nothing to show in a window.
  button.addEventListener("click", () => (out() ? document.exitPictureInPicture() : video.requestPictureInPicture()).catch(() => {}));
}

/** @param {HTMLElement} room */
function fullScreen(room) {
  const button = part("full");
  button.hidden = !document.fullscreenEnabled;
  const is = () => document.fullscreenElement === room;
  document.addEventListener("fullscreenchange", () => button.setAttribute("aria-pressed", String(is())));
  button.addEventListener("click", async () => {
    await (is() ? document.exitFullscreen() : room.requestFullscreen()).catch(() => {});
    // Full screen closes every menu. If the button was in one, the focus moves to the button that opens it.
    if (!button.checkVisibility()) part("menu-open").focus();
  });
}
