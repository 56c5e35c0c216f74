// @ts-check
// "Connected, checked 4 s ago" tells consultants whether clients can reach this page. It is based on the server's answers.
import { fill, gettext } from "../lib/words.js";

const CHECK_MS = 10000;
const POLLED_MS = 20000;

/**
 * @typedef {{
 *   checkedAt: number | null,
 *   fallback: { on: boolean },
 *   check: () => void,
 * }} Live
 * @typedef {{ page: Document, live: Live, steady?: () => number, online?: () => boolean }} Parts
 */

export class Line {
  /** @param {Parts} parts */
  constructor({ page, live, steady = () => performance.now(), online = () => navigator.onLine }) {
    this.page = page;
    this.live = live;
    this.steady = steady;
    this.online = online;
    this.asked = 0;
  }

  /** @param {(run: () => void, ms: number) => unknown} [every] */
  start(every = setInterval) {
    this.page.addEventListener("live-state", () => this.draw());
    every(() => this.tick(), 1000);
    this.draw();
  }

  tick() {
    const now = this.steady();
    const old = now - Math.max(this.live.checkedAt ?? 0, this.asked) >= CHECK_MS;
    if (this.shownOn() && old && this.page.visibilityState === "visible" && !this.live.fallback.on) {
      this.asked = now;
      this.live.check();
    }
    this.draw();
  }

  shownOn() {
    return this.page.querySelector(".switch")?.getAttribute("aria-checked") === "true";
  }

  /** @returns {"open" | "polling" | "lost" | "connecting"} */
  state() {
    const { checkedAt, fallback } = this.live;
    const state = this.page.documentElement.dataset.liveState;
    if (!this.online()) return "lost";
    if (state === "open") return "open";
    if (fallback.on && checkedAt !== null && this.steady() - checkedAt < POLLED_MS) return "polling";
    return state ? "lost" : "connecting";
  }

  draw() {
    const [line, banner] = ["desk-line", "desk-lost"].map((id) => this.page.getElementById(id));
    const state = this.state();
    const on = this.shownOn();
    if (line) {
      line.hidden = !on;
      line.dataset.state = state;
      const words = line.querySelector("[data-words]");
      if (words) words.textContent = this.words(state);
    }
    if (banner) banner.hidden = !(on && state === "lost");
  }

  /** @param {string} state */
  words(state) {
    const n = Math.round((this.steady() - (this.live.checkedAt ?? this.steady())) / 1000);
    if (state === "open") return fill(gettext("Connected, checked %(n)s s ago"), { n });
    if (state === "polling") {
      return fill(gettext("Connected by ordinary requests, checked %(n)s s ago. A call may appear up to 15 s late"), { n });
    }
    return state === "lost" ? gettext("Connection lost, trying again") : gettext("Connecting");
  }
}
