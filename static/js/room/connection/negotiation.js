// @ts-check
/** Perfect negotiation: both sides may offer at any time. If two offers collide, the polite side gives way. */

/**
 * @typedef {{t: "desc", d: {type: string, sdp: string}} | {t: "cand", c: any}} Word
 */

export class Negotiation {
  /**
   * @param {{pc: RTCPeerConnection, polite: boolean, say: (word: Word) => void}} parts
   */
  constructor({ pc, polite, say }) {
    this.pc = pc;
    this.polite = polite;
    this.say = say;
    this.making = false;
    this.ignoring = false;
  }

  /** Nothing from the other side was applied yet, so this connection can still be used with any page. */
  get fresh() {
    return !this.pc.remoteDescription;
  }

  async offer() {
    if (this.making || this.pc.signalingState !== "stable") return;
    this.making = true;
    try {
      await this.pc.setLocalDescription();
      this._sayDescription();
    } finally {
      this.making = false;
    }
  }

  /** @param {RTCSessionDescriptionInit} description */
  async describe(description) {
    const clash = description.type === "offer" && (this.making || this.pc.signalingState !== "stable");
    this.ignoring = clash && !this.polite;
    if (this.ignoring || this._late(description)) return;
    await this.pc.setRemoteDescription(description);
    if (description.type !== "offer") return;
    await this.pc.setLocalDescription();
    this._sayDescription();
  }

  /** @param {RTCIceCandidateInit | null} candidate */
  async candidate(candidate) {
    if (!candidate || this.fresh) return;
    try {
      await this.pc.addIceCandidate(candidate);
    } catch (problem) {
      // Candidates of an ignored offer cannot be added.
      if (!this.ignoring) throw problem;
    }
  }

  /** Whether this is an answer to an offer that has been rolled back. @param {RTCSessionDescriptionInit} description */
  _late(description) {
    return description.type === "answer" && this.pc.signalingState !== "have-local-offer";
  }

  _sayDescription() {
    const own = this.pc.localDescription;
    if (own) this.say({ t: "desc", d: { type: own.type, sdp: own.sdp } });
  }
}
