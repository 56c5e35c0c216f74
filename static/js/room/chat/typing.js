// @ts-check
/** The typing indicator: sent at most every few seconds, and hidden after a few seconds. */

export const TELL_EVERY_MS = 2_500;
export const SHOWN_MS = 4_000;

export class Typing {
  /** @param {{timers: import("../connection/signal.js").Timers, tell: () => void, show: (on: boolean) => void}} parts */
  constructor({ timers, tell, show }) {
    this.timers = timers;
    this.tell = tell;
    this.show = show;
    this.toldAt = -Infinity;
    this.timer = null;
  }

  /** A key was pressed here. */
  typed() {
    if (this.timers.now() - this.toldAt < TELL_EVERY_MS) return;
    this.toldAt = this.timers.now();
    this.tell();
  }

  /** The message has been sent. */
  sent() {
    this.toldAt = -Infinity;
  }

  /** The other side is typing. */
  heard() {
    this.timers.clear(this.timer);
    this.show(true);
    this.timer = this.timers.set(() => this.show(false), SHOWN_MS);
  }

  /** The other side's message has arrived. */
  arrived() {
    this.timers.clear(this.timer);
    this.show(false);
  }
}
