// @ts-check
/** One peer connection with its data channel and tracks. It is never reused after it was closed. */
import { Negotiation } from "./negotiation.js";

const POLITE_PATIENCE_MS = 1_500;
export const CHANNEL = { negotiated: true, id: 0 };

/**
 * @typedef {import("./signal.js").Timers} Timers
 * @typedef {{track: (track: MediaStreamTrack) => void, state: (state: string) => void}} PeerListener
 * @typedef {{make: (config: RTCConfiguration) => RTCPeerConnection, config: RTCConfiguration, id: string,
 *   polite: boolean, stream: MediaStream | null, sending: boolean, timers: Timers,
 *   send: (frame: any) => void, on: PeerListener}} PeerParts
 */

export class Peer {
  /** @param {PeerParts} parts */
  constructor({ make, config, id, polite, stream, sending, timers, send, on }) {
    this.id = id;
    this.polite = polite;
    this.timers = timers;
    this.send = send;
    this.to = "";
    this.started = false;
    this.count = 0;
    /** The last description and its candidates, to be sent again whenever they may have been lost. */
    this.pending = /** @type {any[]} */ ([]);
    this.heard = { pc: "", n: 0 };
    this.pc = make(config);
    this.channel = this.pc.createDataChannel("line", CHANNEL);
    this.negotiation = new Negotiation({ pc: this.pc, polite, say: (word) => this._say(word) });
    this.sending = true;
    /** The sender and the track of each kind. @type {Map<string, {sender: RTCRtpSender, track: MediaStreamTrack | null}>} */
    this.places = new Map();
    this._listen(on);
    this._addTracks(stream, sending);
  }

  get fresh() {
    return this.negotiation.fresh;
  }

  /** The other side's connection `to` has joined: connect to it. @param {string} to */
  meet(to) {
    this.to = to;
    if (this.started) return this.resend();
    this.started = true;
    // The impolite side offers first. The polite one waits a moment, which avoids a collision at every start.
    this.patience = this.timers.set(() => this.fresh && this._offer(), this.polite ? POLITE_PATIENCE_MS : 0);
  }

  /** Sends the current description and candidates again with the same numbers. The receiver drops repetitions. */
  resend() {
    for (const word of this.pending) this.send({ ...word, to: this.to });
  }

  /** @param {any} frame @returns {Promise<void>} */
  async hear(frame) {
    if (frame.to !== this.id || frame.pc !== this.to || this._again(frame)) return;
    if (frame.t === "desc") await this.negotiation.describe(frame.d);
    else await this.negotiation.candidate(frame.c);
  }

  /** Stop or resume sending without renegotiation. @param {boolean} on */
  setSending(on) {
    this.sending = on;
    for (const { sender, track } of this.places.values()) sender.replaceTrack(on ? track : null).catch(() => {});
    for (const receiver of this.pc.getReceivers()) receiver.track.enabled = on;
  }

  /** Send another track of this kind, or none. @param {string} kind @param {MediaStreamTrack | null} track */
  replace(kind, track) {
    const known = this.places.get(kind);
    if ((!known && !track) || this.pc.signalingState === "closed") return;
    const sender = known?.sender ?? this._open(kind);
    this.places.set(kind, { sender, track });
    if (this.sending) sender.replaceTrack(track).catch(() => {});
  }

  /** @param {RTCConfiguration} config */
  restart(config) {
    this.pc.setConfiguration(config);
    this.pc.restartIce();
  }

  close() {
    this.timers.clear(this.patience);
    this.pc.onnegotiationneeded = this.pc.onicecandidate = this.pc.ontrack = null;
    this.pc.onconnectionstatechange = this.channel.onmessage = this.channel.onopen = null;
    this.pc.close();
  }

  /** @param {PeerListener} on */
  _listen(on) {
    this.pc.onnegotiationneeded = () => !this.fresh && this._offer();
    this.pc.onicecandidate = ({ candidate }) => candidate && this._say({ t: "cand", c: plain(candidate) });
    this.pc.ontrack = ({ track }) => on.track(track);
    this.pc.onconnectionstatechange = () => on.state(this.pc.connectionState);
  }

  /** @param {MediaStream | null} stream @param {boolean} sending */
  _addTracks(stream, sending) {
    for (const kind of ["audio", "video"]) {
      const track = stream?.getTracks().find((one) => one.kind === kind);
      if (track && stream) this.places.set(kind, { sender: this.pc.addTrack(track, stream), track });
      // Only the offering side adds empty transceivers: the answer uses those of the offer.
      else if (!this.polite) this.pc.addTransceiver(kind, { direction: "recvonly" });
    }
    if (!sending) this.setSending(false);
  }

  /** A sender for a kind that was not sent before: from the receiving transceiver, or from a new one. @param {string} kind */
  _open(kind) {
    const there = this.pc.getTransceivers().find((one) => one.receiver.track.kind === kind);
    if (!there) return this.pc.addTransceiver(kind, { direction: "sendrecv" }).sender;
    there.direction = "sendrecv";
    return there.sender;
  }

  _offer() {
    this.negotiation.offer().catch(() => {});
  }

  /** @param {any} word */
  _say(word) {
    this.count += 1;
    const frame = { ...word, n: this.count, pc: this.id };
    if (word.t === "desc") this.pending = [];
    this.pending.push(frame);
    this.send({ ...frame, to: this.to });
  }

  /** @param {any} frame @returns {boolean} whether this frame has arrived before */
  _again(frame) {
    if (frame.pc !== this.heard.pc) this.heard = { pc: frame.pc, n: 0 };
    if (frame.n <= this.heard.n) return true;
    this.heard.n = frame.n;
    return false;
  }
}

/** @param {RTCIceCandidate} candidate */
function plain(candidate) {
  const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
  return { candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment };
}
