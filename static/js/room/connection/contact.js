// @ts-check
/** The page's testimony for the bill: whether it heard the other side over the peer connection. */

export const CONTACT_MS = 2_000;

export class Witness {
  /**
   * @param {{now: () => number, ping: () => void, answer: (frame: {t: "beat", n: number, contact: boolean,
   *   unbroken: boolean}) => void, changed: (contact: boolean) => void}} parts
   */
  constructor({ now, ping, answer, changed }) {
    this.now = now;
    this.ping = ping;
    this.answer = answer;
    this.changed = changed;
    this.heardAt = -Infinity;
    this.count = 0;
    this.acknowledged = 0;
    /** Contact has been unbroken since an acknowledged answer only if that answer has at least this number. */
    this.unbrokenFrom = 1;
    this.shown = false;
  }

  get contact() {
    return this.now() - this.heardAt <= CONTACT_MS;
  }

  /** Something arrived over the data channel. */
  heard() {
    const first = !this.contact;
    if (first) this.unbrokenFrom = this.count + 1;
    this.heardAt = this.now();
    // The first message of the other side starts the clock, so it is reported without waiting for the server.
    if (first) this._answer();
    this.look();
  }

  /** The server asks. Called from the socket's message handler, because timers of a hidden tab are throttled.
   * @param {number} acknowledged the last answer that the server has saved */
  asked(acknowledged) {
    this.acknowledged = Math.max(this.acknowledged, acknowledged);
    this.ping();
    this._answer();
    this.look();
  }

  /** Tells the page when contact is made or lost. */
  look() {
    const contact = this.contact;
    if (contact === this.shown) return;
    this.shown = contact;
    this.changed(contact);
  }

  _answer() {
    const contact = this.contact;
    const unbroken = contact && this.acknowledged >= this.unbrokenFrom;
    this.count += 1;
    this.answer({ t: "beat", n: this.count, contact, unbroken });
  }
}
