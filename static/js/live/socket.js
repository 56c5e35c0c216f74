// @ts-check
// One socket that reconnects after every close, except after the codes that mean stop.
import { delay, RELOAD, STOP } from "../lib/backoff.js";

/**
 * @typedef {{
 *   open: () => WebSocket,
 *   hello: () => object,
 *   frame: (frame: any) => void,
 *   state: (state: "open" | "lost" | "stopped", failures: number) => void,
 *   reload: () => boolean,
 *   timers?: { set: (run: () => void, ms: number) => number, clear: (id: number) => void },
 *   random?: () => number,
 *   steady?: () => number,
 * }} Wiring
 */

const CONNECTING = 0;
const OPEN = 1;
// A proxy may swallow a handshake, and a socket may die while the machine sleeps. Neither raises an event.
const FIRST_WORD_MS = 10000;
const ANSWER_MS = 5000;
const FRESH_MS = 10000;
const LOST = 1006;

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
    this.patience = 0;
    this.steady = wiring.steady ?? (() => performance.now());
    /** When the server last sent a frame, on a monotonic clock. @type {number | null} */
    this.heardAt = null;
  }

  start() {
    this.timers.clear(this.timer);
    const socket = this.wiring.open();
    this.socket = socket;
    socket.onopen = () => this.send(this.wiring.hello());
    socket.onmessage = (event) => this.heard(socket, event.data);
    socket.onclose = (event) => this.closed(socket, event.code);
    this.expectWord(FIRST_WORD_MS);
  }

  /**
   * @param {object} frame
   * @returns {boolean} whether it was sent; it may still not arrive
   */
  send(frame) {
    if (this.socket?.readyState !== OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** The network or the tab is back: reconnect immediately. A socket that looks open has to prove it. */
  nudge() {
    const state = this.socket?.readyState;
    if (this.stopped || state === CONNECTING) return;
    if (state !== OPEN) this.start();
    else if (this.heardAt === null || this.steady() - this.heardAt > FRESH_MS) this.prove();
  }

  /** Asks for a snapshot. Without an answer, this socket is given up. */
  prove() {
    if (this.send(this.wiring.hello()) && !this.patience) this.expectWord(ANSWER_MS);
  }

  /** @param {number} ms */
  expectWord(ms) {
    const socket = this.socket;
    this.timers.clear(this.patience);
    this.patience = this.timers.set(() => {
      this.patience = 0;
      if (socket) this.giveUp(socket);
    }, ms);
  }

  /** @param {WebSocket} socket */
  giveUp(socket) {
    this.closed(socket, LOST); // the browser may take minutes to notice its close
    socket.close();
  }

  /**
   * @param {WebSocket} socket
   * @param {string} text
   */
  heard(socket, text) {
    if (socket !== this.socket) return;
    const frame = parse(text);
    if (!frame) return;
    this.heardAt = this.steady();
    this.timers.clear(this.patience);
    this.patience = 0;
    // That process sends no more news, although its socket may stay open until it exits.
    if (frame.t === "bye") return this.giveUp(socket);
    // A snapshot proves that frames arrive. An accepted socket alone does not.
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
    if (socket !== this.socket) return;
    this.socket = null;
    this.timers.clear(this.patience);
    this.patience = 0;
    if (STOP.has(code)) {
      this.stopped = true;
      // A page that is about to reload must not start polling, because its sign-in has ended.
      if (code !== RELOAD || !this.wiring.reload()) this.wiring.state("stopped", this.failures);
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
