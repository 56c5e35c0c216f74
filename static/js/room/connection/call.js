// @ts-check
/** One call on one page: takes the server's frames, and connects, restarts or rebuilds the peer connection. */
import { Peer } from "./peer.js";
import { Recovery } from "./recovery.js";

const CREDENTIALS_LEFT_S = 120;

/**
 * @typedef {import("./signal.js").Frame} Frame
 * @typedef {import("./signal.js").Signal} Signal
 * @typedef {import("./signal.js").Timers} Timers
 * @typedef {{servers: RTCIceServer[], exp: number | null, policy: RTCIceTransportPolicy}} Ice
 * @typedef {{track: (track: MediaStreamTrack) => void, fresh: (peer: Peer) => void, state: (state: string) => void,
 *   other: (here: boolean) => void, media: (on: {mic?: boolean, cam?: boolean}) => void}} CallListener
 */

export class Call {
  /**
   * @param {{make: (config: RTCConfiguration) => RTCPeerConnection, newId: () => string, signal: Signal,
   *   timers: Timers, stream: MediaStream | null | Promise<MediaStream | null>, on: CallListener}} parts
   */
  constructor({ make, newId, signal, timers, stream, on }) {
    this.make = make;
    this.newId = newId;
    this.signal = signal;
    this.timers = timers;
    this.opening = stream;
    /** @type {MediaStream | null} */
    this.stream = null;
    this.closed = false;
    this.on = on;
    this.id = newId();
    this.sending = true;
    this.here = false;
    this.to = "";
    this.polite = false;
    /** @type {Ice} */
    this.ice = { servers: [], exp: null, policy: "all" };
    /** @type {Peer | null} */
    this.peer = null;
    /** @type {Recovery | null} */
    this.recovery = null;
    this.chain = Promise.resolve();
    this.tasks = { hello: "_hello", peer: "_otherSide", desc: "_word", cand: "_word", media: "_media", turn: "_turn" };
  }

  /** Frames are handled one after the other, because two descriptions must never overlap. @param {Frame} frame */
  take(frame) {
    const name = /** @type {Record<string, string>} */ (this.tasks)[frame.t];
    if (!name) return;
    this.chain = this.chain.then(() => /** @type {any} */ (this)[name](frame)).catch(() => this.recovery?.poke());
  }

  /** @param {boolean} on whether video and sound may be sent (not while the clock is paused) */
  setSending(on) {
    if (on === this.sending) return;
    this.sending = on;
    this.peer?.setSending(on);
  }

  close() {
    this.closed = true;
    this._drop();
  }

  _drop() {
    this.recovery?.stop();
    this.peer?.close();
    this.peer = this.recovery = null;
  }

  /** The devices may still be opening, so later frames wait until this one is done. @param {Frame} frame */
  async _hello(frame) {
    this.stream = await this.opening;
    if (this.closed) return;
    this.polite = frame.polite;
    this.ice = frame.ice;
    if (!this.peer) this._build();
    if (frame.peer.media) this.on.media(frame.peer.media);
    this._seeOther(frame.peer.here, frame.peer.pc);
  }

  /** @param {Frame} frame */
  _otherSide(frame) {
    this._seeOther(frame.ev === "up", frame.pc);
  }

  /** @param {boolean} here @param {string} pc */
  _seeOther(here, pc) {
    this.here = here;
    this.on.other(here);
    if (!here || !this.peer) return;
    const replaced = pc !== this.to && !this.peer.fresh;
    this.to = pc;
    // The other page has reloaded, and the old connection cannot talk to its new one: build a new connection.
    if (replaced) return this._rebuild();
    this._meet();
  }

  _meet() {
    if (!this.peer || !this.recovery) return;
    if (!this.peer.started) this.recovery.begin();
    this.peer.meet(this.to);
    this.recovery.poke();
  }

  /** @param {Frame} frame */
  _word(frame) {
    return this.peer?.hear(frame);
  }

  /** @param {Frame & {mic?: boolean, cam?: boolean}} frame */
  _media(frame) {
    this.on.media(frame);
  }

  /** @param {Frame} frame */
  _turn(frame) {
    this.ice = { servers: frame.servers, exp: frame.exp, policy: frame.policy };
    this.peer?.restart(this._config());
  }

  _restart() {
    const soon = this.ice.exp && this.ice.exp - this.timers.now() / 1000 < CREDENTIALS_LEFT_S;
    if (soon) this.signal.send({ t: "turn" });
    else this.peer?.restart(this._config());
  }

  _rebuild() {
    this._drop();
    this.id = this.newId();
    this._build();
    this.signal.announce(this.id);
    this._meet();
  }

  _build() {
    const { make, id, polite, stream, sending, timers } = this;
    const peer = new Peer({
      make, id, polite, stream, sending, timers,
      config: this._config(),
      send: (frame) => this.signal.send(frame),
      on: { track: (track) => this._track(track), state: (state) => this._state(state) },
    });
    this.peer = peer;
    this.recovery = new Recovery({
      timers,
      leads: !polite,
      possible: () => this.signal.joined && this.here,
      restart: () => this._restart(),
      rebuild: () => this._rebuild(),
    });
    this.on.fresh(peer);
  }

  /** @param {MediaStreamTrack} track */
  _track(track) {
    track.enabled = this.sending;
    this.on.track(track);
  }

  /** @param {string} state */
  _state(state) {
    this.recovery?.changed(state);
    this.on.state(state);
  }

  _config() {
    return { iceServers: this.ice.servers, iceTransportPolicy: this.ice.policy };
  }
}
