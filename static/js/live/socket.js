// @ts-check
// One socket that stays: it comes back after everything but the codes that mean stop.
import { delay, RELOAD, STOP } from "./backoff.js";

/**
 * @typedef {{
 *   open: () => WebSocket,
 *   hello: () => object,
 *   frame: (frame: any) => void,
 *   state: (state: "open" | "lost" | "stopped", failures: number) => void,
 *   reload: () => void,
 *   timers?: { set: (run: () => void, ms: number) => number, clear: (id: number) => void },
 *   random?: () => number,
 * }} Wiring
 */

const CONNECTING = 0;
const OPEN = 1;

export class LiveSocket {
  /** @param {Wiring} wiring */
  constructor(wiring) {
    this.wiring = wiring;
    this.timers = wiring.timers ?? { set: (run, ms) => Number(setTimeout(run, ms)), clear: (id) => clearTimeout(id) };
    this.failures = 0;
    this.stopped = false;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.timer = 0;
  }

  start() {
    this.timers.clear(this.timer);
    const socket = this.wiring.open();
    this.socket = socket;
    socket.onopen = () => this.send(this.wiring.hello());
    socket.onmessage = (event) => this.heard(socket, event.data);
    socket.onclose = (event) => this.closed(socket, event.code);
  }

  /** @param {object} frame */
  send(frame) {
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(frame));
  }

  /** The network or the tab came back: try at once instead of waiting for the timer. */
  nudge() {
    const state = this.socket?.readyState;
    if (!this.stopped && state !== OPEN && state !== CONNECTING) this.start();
  }

  stop() {
    this.stopped = true;
    this.timers.clear(this.timer);
    this.socket?.close();
  }

  /**
   * @param {WebSocket} socket
   * @param {string} text
   */
  heard(socket, text) {
    if (socket !== this.socket) return;
    const frame = parse(text);
    if (!frame) return;
    // A snapshot proves that the way is open; an accepted socket alone does not.
    if (frame.t === "snap") {
      this.failures = 0;
      this.wiring.state("open", 0);
    }
    this.wiring.frame(frame);
  }

  /**
   * @param {WebSocket} socket
   * @param {number} code
   */
  closed(socket, code) {
    if (socket !== this.socket || this.stopped) return;
    if (STOP.has(code)) {
      this.stopped = true;
      this.wiring.state("stopped", this.failures);
      if (code === RELOAD) this.wiring.reload();
      return;
    }
    const wait = delay(this.failures, this.wiring.random);
    this.failures += 1;
    this.wiring.state("lost", this.failures);
    this.timer = this.timers.set(() => this.start(), wait);
  }
}

/**
 * @param {string} text
 * @returns {any}
 */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
