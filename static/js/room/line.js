// @ts-check
/** The data channel that every call opens: pings for the witness. What is written goes through the server. */

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

  /** Speak over the channel of a new peer connection. @param {Channel} channel */
  attach(channel) {
    this.channel = channel;
    channel.onopen = () => this.ping();
    channel.onmessage = (/** @type {{data: any}} */ event) => this._take(event.data);
  }

  ping() {
    this._send({ t: "ping" });
  }

  /** Pings are answered here, in the message handler: it also runs in a hidden tab. @param {any} data */
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
