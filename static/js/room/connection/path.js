// @ts-check
/** Explains why no path between the two browsers is found, from what the browser reports, and says what helps. */
import { gettext } from "../../lib/words.js";

const SLOW_MS = 10_000;
const REFUSED = 401;
const TURN = /^turns?:/;

export const WHY = {
  refused: () => gettext("The relay refused our key (401), which is wrong or has expired. The people who run this site need to fix it."),
  silent: () => gettext("The relay is not answering. The people who run this site need to fix it."),
  unwanted: () => gettext("You chose calls through the relay only, but this site has no relay. Change that in your settings, then reload the page."),
  none: () => gettext("This site has no relay for networks that block direct calls. Another network, such as a phone's, may help."),
  blocked: () => gettext("Some networks block video."),
};

/** @typedef {{servers: {urls: string | string[]}[], policy?: string}} Ice */

export class Path {
  /** @param {{now: () => number}} parts */
  constructor({ now }) {
    this.now = now;
    /** @type {Ice} */
    this.ice = { servers: [] };
    this.refused = false;
    this.silent = false;
    this.relayed = false;
    this.state = "new";
    /** When the search for a path began; null while there is no search. @type {number | null} */
    this.since = null;
  }

  /** @param {import("./signal.js").Frame} frame with the server's relays, or the first description from the other side */
  frame(frame) {
    if (frame.t === "desc" && this.state !== "connected") this.since ??= this.now();
    if (frame.t === "hello") this.ice = frame.ice;
    if (frame.t === "turn") this.ice = { servers: frame.servers, policy: frame.policy };
  }

  /** @param {{pc: RTCPeerConnection}} peer a new connection; errors of the last one no longer matter */
  peer({ pc }) {
    this.refused = this.silent = this.relayed = false;
    pc.addEventListener("icecandidateerror", (event) => this._failed(event));
    pc.addEventListener("icecandidate", ({ candidate }) => {
      this.relayed ||= candidate?.type === "relay";
    });
  }

  /** @param {string} state */
  connection(state) {
    if (state === "connected") this.refused = this.silent = false;
    if (state === "connected") this.since = null;
    else if (this.state === "connected") this.since = this.now();
    this.state = state;
  }

  /** The explanation; empty while nothing is wrong, or while it is too early to tell. */
  get why() {
    if (this.state === "connected") return "";
    if (this._only && !this._hasRelay) return WHY.unwanted();
    if (this.refused && !this.relayed) return WHY.refused();
    if (!this._isLate) return "";
    if (this.silent && !this.relayed) return WHY.silent();
    return this._hasRelay ? WHY.blocked() : WHY.none();
  }

  get _isLate() {
    return this.state === "failed" || (this.since !== null && this.now() - this.since > SLOW_MS);
  }

  get _only() {
    return this.ice.policy === "relay";
  }

  get _hasRelay() {
    return this.ice.servers.some(({ urls }) => [urls].flat().some((url) => TURN.test(url)));
  }

  /** @param {RTCPeerConnectionIceErrorEvent} event */
  _failed({ errorCode, url }) {
    if (!TURN.test(url)) return;
    if (errorCode === REFUSED) this.refused = true;
    else this.silent = true;
  }
}
