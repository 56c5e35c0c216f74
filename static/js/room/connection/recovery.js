// @ts-check
/** Repairs a broken path between the two browsers: waits a moment, restarts ICE, and finally rebuilds the connection. */

const SELF_HEALING_MS = 1_500;
const BETWEEN_RESTARTS_MS = [4_000, 8_000, 8_000];
const FIRST_CONNECT_MS = 20_000;

/** @typedef {import("./signal.js").Timers} Timers */

export class Recovery {
  /**
   * @param {{timers: Timers, leads: boolean, possible: () => boolean,
   *   restart: () => void, rebuild: () => void}} parts  `leads`: the impolite side, which acts first
   */
  constructor({ timers, leads, possible, restart, rebuild }) {
    this.timers = timers;
    this.leads = leads;
    this.possible = possible;
    this.restart = restart;
    this.rebuild = rebuild;
    this.restarts = 0;
    this.state = "new";
    this.due = null;
  }

  /** The first attempt begins: if it does not connect in time, rebuild. */
  begin() {
    if (this.state === "connected") return;
    this._in(FIRST_CONNECT_MS, () => this._rebuild());
  }

  /** @param {string} state `connectionState` of the peer connection */
  changed(state) {
    this.state = state;
    if (state === "connected") this._calm();
    else if (state === "failed") this._in(this.restarts ? 500 : 0, () => this._try());
    else if (state === "disconnected" && this.leads) this._in(SELF_HEALING_MS, () => this._try());
  }

  /** The socket or the other side is back: try now what had to wait. */
  poke() {
    if (this.state === "failed" || (this.state === "disconnected" && this.leads)) {
      this._in(0, () => this._try());
    }
  }

  stop() {
    this.timers.clear(this.due);
  }

  _calm() {
    this.restarts = 0;
    this.timers.clear(this.due);
  }

  _try() {
    // Without signaling, a restart cannot reach the other side. poke() tries again later.
    if (!this.possible()) return;
    if (this.restarts >= BETWEEN_RESTARTS_MS.length) return this._rebuild();
    this.restart();
    this._in(BETWEEN_RESTARTS_MS[this.restarts], () => this._try());
    this.restarts += 1;
  }

  _rebuild() {
    if (!this.possible()) return this._in(1_000, () => this._rebuild());
    this.restarts = 0;
    this.rebuild();
  }

  /** @param {number} ms @param {() => void} run */
  _in(ms, run) {
    this.timers.clear(this.due);
    this.due = this.timers.set(run, ms);
  }
}
