// @ts-check
/** The page's tiles and its clock. Only the view modules and room.js touch the page. */
import { fill, gettext } from "../../lib/words.js";
import { credits, minutes } from "../clock.js";

const RING = 323.6;

/** @param {string} id @returns {any} an element that is always in the room's template */
export const part = (id) => document.getElementById(id);

export class Stage {
  constructor() {
    this.other = /** @type {HTMLVideoElement} */ (part("other-video"));
    this.own = /** @type {HTMLVideoElement} */ (part("own-video"));
    this.arriving = new MediaStream();
    this.media = { mic: true, cam: true, screen: false, spare: false };
    this.changed = () => {};
    this.other.addEventListener("playing", () => this._showOther());
    this.other.addEventListener("resize", () => this._showOther());
    part("sound-on").addEventListener("click", () => this._play());
  }

  /** Forgets the tracks of the old peer connection, for a new one. */
  begin() {
    this.arriving = new MediaStream();
    this.other.srcObject = null;
    this._showOther();
  }

  /** @param {MediaStreamTrack} track */
  add(track) {
    this.arriving.addTrack(track);
    track.addEventListener("mute", () => this._showOther());
    track.addEventListener("unmute", () => this._showOther());
    if (this.other.srcObject !== this.arriving) this.other.srcObject = this.arriving;
    this._play();
  }

  /** @param {boolean} on whether sound may be heard (not while the clock is paused) */
  setHearing(on) {
    this.other.muted = !on;
    this.hearing = on;
    this._showOther();
  }

  /** Shows what the other side has turned on. @param {Partial<import("../own_media/own_media.js").Media>} media */
  setMedia(media) {
    this.media = { ...this.media, ...media };
    part("other-muted").hidden = this.media.mic;
    part("other-screen").hidden = !this.media.screen;
    part("other-tile").dataset.screen = this.media.screen ? "yes" : "no";
    this._showOther();
    this.changed();
  }

  /** @param {import("../own_media/own_media.js").Own} own */
  setOwn({ media, tracks, screen }) {
    const track = screen ?? tracks.video;
    const shown = /** @type {MediaStream | null} */ (this.own.srcObject)?.getTracks()[0] ?? null;
    if (shown !== track) this.own.srcObject = track ? new MediaStream([track]) : null;
    const tile = part("own-tile").dataset;
    tile.picture = media.cam || media.screen ? "yes" : "no";
    tile.screen = screen ? "yes" : "no";
    // Only a face is mirrored; a screen and the back camera's video are shown as they are.
    tile.mirrored = screen || track?.getSettings?.().facingMode === "environment" ? "no" : "yes";
    part("own-sound").hidden = !media.mic;
    part("own-muted").hidden = media.mic;
    part("own-screen").hidden = !media.screen;
  }

  _play() {
    const started = this.other.play();
    started?.then(
      () => (part("sound").hidden = true),
      (problem) => (part("sound").hidden = problem.name !== "NotAllowedError"),
    );
  }

  _showOther() {
    const video = this.arriving.getVideoTracks().some((track) => !track.muted);
    const picture = video && (this.media.cam || this.media.screen) && this.hearing !== false && this.other.videoWidth > 0;
    part("other-tile").dataset.picture = picture ? "yes" : "no";
  }
}

/**
 * Draws the clock and the cost.
 * @param {import("../clock.js").Clock} clock @param {{up: boolean}} line
 */
export function drawClock(clock, { up }) {
  const left = clock.left;
  const about = !up && clock.state === "live";
  put("clock-read", (about ? "~" : "") + minutes(left));
  part("clock").classList.toggle("is-about", about);
  put("cost", credits(clock.cost));
  put("confirm-cost", credits(clock.cost));
  part("clock-ring").setAttribute("stroke-dashoffset", (RING * (1 - left / clock.terms.bought)).toFixed(1));
  part("clock").classList.toggle("is-paused", clock.state === "interrupted");
  const label = fill(gettext("%(left)s left of %(bought)s minutes"), { left: minutes(left), bought: minutes(clock.terms.bought) });
  part("clock").setAttribute("aria-label", label);
}

/** Writes only a changed text, because screen readers read a live region out at every write.
 * @param {string} id @param {string} text */
export function put(id, text) {
  const element = part(id);
  if (element.textContent !== text) element.textContent = text;
}
