// @ts-check
/** The socket of the room: reconnects automatically, resumes where it was, and never gives up. */

/** Close codes after which a page must not reconnect. */
const FINAL_CODES = new Set([4401, 4403, 4404, 4409, 4410, 4413, 4429]);
/** Wait this long after 4401 (signed out), so that the answer that ended the sign-in can set its new cookie first. */
export const SIGN_IN_MS = 2_000;
const OPEN = 1;
const SILENT_MS = 10_000;
const LOOK_MS = 2_000;
const LONGEST_WAIT_MS = 3_000;
const FIRST_WAIT_MS = 300;

/**
 * @typedef {{t: string, seq?: string, [key: string]: any}} Frame
 * @typedef {{set: (run: () => void, ms: number) => any, clear: (id: any) => void, now: () => number}} Timers
 * @typedef {{send: (text: string) => void, close: (code?: number) => void,
 *   readyState?: number, onopen: any, onmessage: any, onclose: any}} Socket
 * @typedef {{frame: (frame: Frame) => void, up: (up: boolean) => void, final: (code: number) => void}} Listener
 */

/** @param {string} a @param {string} b @returns {boolean} whether stream id `a` comes after `b` */
export function isLater(a, b) {
  const [highA, lowA = 0] = a.split("-").map(Number);
  const [highB, lowB = 0] = b.split("-").map(Number);
  return highA === highB ? lowA > lowB : highA > highB;
}

/** @param {number} attempt @param {() => number} random @returns {number} milliseconds, full jitter */
export function waitFor(attempt, random) {
  return random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
}

export class Signal {
  /**
   * @param {{open: () => Socket, page: string, timers: Timers, random: () => number, on: Listener}} parts
   */
  constructor({ open, page, timers, random, on }) {
    this.open = open;
    this.page = page;
    this.timers = timers;
    this.random = random;
    this.on = on;
    this.pc = "";
    this.after = "0";
    this.joined = false;
    this.finished = false;
    this.attempt = 0;
    /** @type {Socket | null} */
    this.socket = null;
    this.retry = null;
    this.look = null;
    this.heardAt = 0;
  }

  /** Connects, and joins for this side with the peer connection `pc`. Without one, it only watches. @param {string} pc */
  start(pc) {
    this.pc = pc;
    this.finished = false;
    this.after = "0";
    this._connect();
    this.timers.clear(this.look);
    this._watch();
  }

  /** Announces a new peer connection of the same page, now or when the socket is back. @param {string} pc */
  announce(pc) {
    this.pc = pc;
    if (this.joined) this._join();
  }

  /** @param {Frame} frame @returns {boolean} whether it was sent; if not, the caller has to send it again */
  send(frame) {
    if (!this.joined || !this.socket) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** The network or the page is back: reconnect without waiting for the next attempt. */
  wake() {
    if (this.retry !== null) this._connect();
  }

  /** The page is closing. */
  stop() {
    this.finished = true;
    this.timers.clear(this.retry);
    this.retry = null;
    this._drop();
  }

  _connect() {
    this.timers.clear(this.retry);
    this.retry = null;
    this._drop();
    const socket = this.open();
    this.socket = socket;
    this.heardAt = this.timers.now();
    socket.onopen = () => socket === this.socket && this._join();
    socket.onmessage = (/** @type {{data: string}} */ event) => socket === this.socket && this._hear(event.data);
    socket.onclose = (/** @type {{code: number}} */ event) => socket === this.socket && this._closed(event.code);
    if (socket.readyState === OPEN) this._join();
  }

  _join() {
    const join = { t: "join", v: 1, page: this.page, pc: this.pc, after: this.after };
    this.socket?.send(JSON.stringify(this.pc ? join : { t: "watch" }));
  }

  /** @param {string} text */
  _hear(text) {
    /** @type {Frame} */
    const frame = JSON.parse(text);
    this.heardAt = this.timers.now();
    if (frame.t === "hello") this._welcome(frame);
    if (frame.seq && !isLater(frame.seq, this.after)) return;
    if (frame.seq) this.after = frame.seq;
    this.on.frame(frame);
  }

  /** @param {Frame} hello */
  _welcome(hello) {
    if (!hello.resumed) this.after = "0";
    this.attempt = 0;
    this.joined = true;
    this.on.up(true);
  }

  /** @param {number} code */
  _closed(code) {
    this._drop();
    // Checked first: a tab that another tab has replaced must not say that the server is unreachable.
    if (FINAL_CODES.has(code)) {
      this.finished = true;
      return this.on.final(code);
    }
    this.on.up(false);
    this.retry = this.timers.set(() => this._connect(), waitFor(this.attempt, this.random));
    this.attempt += 1;
  }

  /** The server asks every two seconds, so silence is a loss. A hung server would keep its socket open. */
  _watch() {
    this.look = this.timers.set(() => {
      if (this.finished) return;
      if (this.pc && this.socket && this.timers.now() - this.heardAt > SILENT_MS) this._closed(1006);
      this._watch();
    }, LOOK_MS);
  }

  _drop() {
    const socket = this.socket;
    this.socket = null;
    this.joined = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
