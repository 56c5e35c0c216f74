// @ts-check
/** The data channel of a call: it carries the pings for the witness. Messages go through the server instead. */

/**
 * @typedef {{readyState: string, send: (text: string) => void, onmessage: any, onopen: any}} Channel
 */

export class Line {
  /** @param {{heard: () => void}} parts */
  constructor({ heard }) {
    this.heard = heard;
    /** @type {Channel | null} */
    this.channel = null;
  }

  get open() {
    return this.channel?.readyState === "open";
  }

  /** Uses the channel of a new peer connection. @param {Channel} channel */
  attach(channel) {
    this.channel = channel;
    channel.onopen = () => this.ping();
    channel.onmessage = (/** @type {{data: any}} */ event) => this._take(event.data);
  }

  ping() {
    this._send({ t: "ping" });
  }

  /** Pings are answered in the message handler, because it also runs in a hidden tab. @param {any} data */
  _take(data) {
    this.heard();
    const word = parse(data);
    if (word?.t === "ping") this._send({ t: "pong" });
  }

  /** @param {object} word @returns {boolean} */
  _send(word) {
    if (!this.channel || !this.open) return false;
    this.channel.send(JSON.stringify(word));
    return true;
  }
}

/** @param {any} data @returns {any} */
function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
