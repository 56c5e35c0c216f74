// @ts-check
/** The data channel that every call opens: pings for the witness, and a plain line of text. */

export const LONGEST_TEXT = 2_000;

/**
 * @typedef {{readyState: string, send: (text: string) => void, onmessage: any, onopen: any}} Channel
 */

export class Line {
  /** @param {{heard: () => void, said: (text: string) => void}} parts */
  constructor({ heard, said }) {
    this.heard = heard;
    this.said = said;
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

  /** @param {string} text @returns {boolean} whether it went out */
  say(text) {
    return this._send({ t: "say", text: text.slice(0, LONGEST_TEXT) });
  }

  /** Pings are answered here, in the message handler: it also runs in a hidden tab. @param {any} data */
  _take(data) {
    this.heard();
    const word = parse(data);
    if (word?.t === "ping") this._send({ t: "pong" });
    else if (word?.t === "say" && typeof word.text === "string") this.said(word.text.slice(0, LONGEST_TEXT));
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
