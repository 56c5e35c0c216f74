/** Stand-ins for the browser: a clock that the test moves, a socket, a peer connection. */

export class FakeTimers {
  constructor() {
    this.time = 1_000_000;
    this.next = 1;
    this.waiting = new Map();
  }

  now = () => this.time;

  set = (run, ms) => {
    this.waiting.set(this.next, { at: this.time + ms, run });
    return this.next++;
  };

  clear = (id) => this.waiting.delete(id);

  /** Let `ms` pass, running what falls due, in order. */
  pass(ms) {
    const until = this.time + ms;
    for (;;) {
      const due = [...this.waiting].filter(([, one]) => one.at <= until).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.waiting.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].run();
    }
    this.time = until;
  }
}

export class FakeSocket {
  constructor() {
    this.sent = [];
    this.closed = false;
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  hear(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  die(code = 1006) {
    this.onclose?.({ code });
  }
}

/** As much of RTCPeerConnection as negotiation uses. */
export class FakePeerConnection {
  constructor(config = {}) {
    this.config = config;
    this.signalingState = "stable";
    this.connectionState = "new";
    this.localDescription = null;
    this.remoteDescription = null;
    this.candidates = [];
    this.restarts = 0;
    this.closed = false;
    this.places = [];
    this.transceivers = [];
    this.offers = 0;
  }

  createDataChannel(label, options) {
    this.channel = { label, options, readyState: "connecting", send() {} };
    return this.channel;
  }

  addTrack(track) {
    this.places.push(["track", track.kind]);
    return this.place(track.kind, "sendrecv", track).sender;
  }

  addTransceiver(kind, { direction }) {
    if (this.closed) throw new Error("InvalidStateError");
    this.places.push([direction, kind]);
    return this.place(kind, direction, null);
  }

  place(kind, direction, track) {
    const sender = { track, replaceTrack: async (next) => void (sender.track = next) };
    const place = { direction, sender, receiver: { track: { kind } } };
    this.transceivers.push(place);
    return place;
  }

  getTransceivers() {
    return this.transceivers;
  }

  getReceivers() {
    return this.transceivers.map(({ receiver }) => receiver);
  }

  /** As a browser does: the description is there a moment later, not within the call. */
  async setLocalDescription() {
    await null;
    if (this.failing) throw new Error("OperationError");
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    this.offers += type === "offer" ? 1 : 0;
    this.localDescription = { type, sdp: `v=0 ${type} ${this.offers}` };
    this.signalingState = type === "offer" ? "have-local-offer" : "stable";
  }

  async setRemoteDescription(description) {
    this.remoteDescription = description;
    this.signalingState = description.type === "offer" ? "have-remote-offer" : "stable";
  }

  async addIceCandidate(candidate) {
    if (candidate.candidate === "bad") throw new Error("unknown ufrag");
    this.candidates.push(candidate);
  }

  setConfiguration(config) {
    this.config = config;
  }

  restartIce() {
    this.restarts += 1;
  }

  close() {
    this.closed = true;
    this.signalingState = "closed";
  }

  becomes(state) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

/** Let promises settle. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

export const track = (kind) => ({ kind, enabled: true });

export const stream = (...kinds) => {
  const tracks = kinds.map(track);
  return { getTracks: () => tracks };
};
