// @ts-check
/** What this page can say under oath: whether it heard the other side, told from the connection itself. */

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
    /** Contact is unbroken since an acknowledged answer only if that answer has at least this number. */
    this.unbrokenFrom = 1;
    this.shown = false;
  }

  get contact() {
    return this.now() - this.heardAt <= CONTACT_MS;
  }

  /** Anything came over the data channel. */
  heard() {
    const first = !this.contact;
    if (first) this.unbrokenFrom = this.count + 1;
    this.heardAt = this.now();
    // The first word of the other side is what starts the clock: it does not wait to be asked.
    if (first) this._answer();
    this.look();
  }

  /** The server asks; called from the socket's message handler, because timers of a hidden tab are throttled.
   * @param {number} acknowledged the last answer that is written down */
  asked(acknowledged) {
    this.acknowledged = Math.max(this.acknowledged, acknowledged);
    this.ping();
    this._answer();
    this.look();
  }

  /** Tell the page when contact comes or goes. */
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
