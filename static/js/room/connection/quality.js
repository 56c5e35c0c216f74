// @ts-check
/** Grades the connection quality from the browser's statistics (getStats). */
import { gettext } from "../../lib/words.js";

/**
 * @typedef {"good" | "fair" | "poor"} Grade
 * @typedef {{at: number, rtt: number | null, received: number, lost: number, sent: number, lostThere: number, frozen: number}} Sample
 * @typedef {{grade: Grade, rtt: number | null, loss: number}} Reading `rtt` in ms, `loss` in percent
 */

export const GRADES = {
  good: { get words() { return gettext("Good connection"); }, bars: 3 },
  fair: { get words() { return gettext("Fair connection"); }, bars: 2 },
  poor: { get words() { return gettext("Poor connection"); }, bars: 1 },
};
const WINDOW_MS = 6_000;
const STEADY = 2;
const FEWEST_PACKETS = 20;
// The quality is fair from the first value on, and poor from the second: round trip in ms, loss in %, share of frozen time.
/** @type {Record<string, [number, number]>} */
const LIMITS = { rtt: [250, 600], loss: [3, 10], frozen: [0.05, 0.25] };

/**
 * The counters that matter, summed over sound and video.
 * @param {Iterable<any>} reports @param {number} at @returns {Sample}
 */
export function sample(reports, at) {
  const all = [...reports];
  const of = (/** @type {string} */ type) => all.filter((one) => one.type === type);
  const sum = (/** @type {string} */ type, /** @type {string} */ name) => of(type).reduce((total, one) => total + (one[name] || 0), 0);
  const seconds = pairOf(all)?.currentRoundTripTime ?? of("remote-inbound-rtp").find((one) => one.roundTripTime)?.roundTripTime;
  return { at, rtt: seconds === undefined ? null : seconds * 1_000,
    received: sum("inbound-rtp", "packetsReceived"), lost: sum("inbound-rtp", "packetsLost"),
    sent: sum("outbound-rtp", "packetsSent"), lostThere: sum("remote-inbound-rtp", "packetsLost"),
    frozen: sum("inbound-rtp", "totalFreezesDuration") };
}

/** The candidate pair in use. Chromium names it in the transport; Firefox marks it as selected. @param {any[]} all */
function pairOf(all) {
  const id = all.find((one) => one.type === "transport" && one.selectedCandidatePairId)?.selectedCandidatePairId;
  return all.find((one) => one.type === "candidate-pair" && (id ? one.id === id : one.selected || (one.nominated && one.state === "succeeded")));
}

export class Quality {
  /** @type {Sample[]} */
  samples = [];
  /** @type {Reading} */
  reading = { grade: "good", rtt: null, loss: 0 };
  next = { grade: /** @type {Grade} */ ("good"), times: 0 };

  /** A new connection starts its counters at zero. */
  begin() {
    this.samples = [];
    this.reading = { grade: "good", rtt: null, loss: 0 };
    this.next = { grade: "good", times: 0 };
  }

  /** @param {Sample} now @returns {Reading} */
  take(now) {
    this.samples = [...this.samples.filter(({ at }) => now.at - at <= WINDOW_MS), now];
    const [first = now] = this.samples;
    const loss = lossOf(first, now);
    const seconds = (now.at - first.at) / 1_000;
    const frozen = seconds ? Math.min(1, (now.frozen - first.frozen) / seconds) : 0;
    const grade = gradeOf({ rtt: now.rtt ?? 0, loss, frozen });
    this.reading = { grade: this._steady(grade), rtt: now.rtt, loss };
    return this.reading;
  }

  /** One bad moment does not change the grade. @param {Grade} grade @returns {Grade} */
  _steady(grade) {
    this.next = { grade, times: grade === this.next.grade ? this.next.times + 1 : 1 };
    return this.next.times >= STEADY ? grade : this.reading.grade;
  }
}

/** The worse of both directions, in percent. @param {Sample} then @param {Sample} now */
function lossOf(then, now) {
  const share = (/** @type {number} */ lost, /** @type {number} */ all) => (all < FEWEST_PACKETS ? 0 : Math.max(0, lost / all) * 100);
  const lost = now.lost - then.lost;
  return Math.min(100, Math.max(share(lost, lost + now.received - then.received), share(now.lostThere - then.lostThere, now.sent - then.sent)));
}

/** @param {{rtt: number, loss: number, frozen: number}} facts @returns {Grade} */
function gradeOf(facts) {
  const limit = (/** @type {string} */ name, /** @type {0 | 1} */ step) => LIMITS[name]?.[step] ?? Infinity;
  const reaches = (/** @type {0 | 1} */ step) => Object.entries(facts).some(([name, value]) => value >= limit(name, step));
  if (reaches(1)) return "poor";
  return reaches(0) ? "fair" : "good";
}
