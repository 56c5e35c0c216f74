// @ts-check
// Counts down rings: <... data-now data-expires data-total> with .left (the arc) and .secs (the words).
// Hides words after a moment, <... data-until>, or shows them from a moment on, <... data-from>.
import { fill, ngettext } from "../lib/words.js";
import { minutes, remaining } from "../lib/server_time.js";

const TICK_MS = 250;

/** @typedef {import("../lib/server_time.js").ServerClock} ServerClock */

/**
 * @param {Document} page
 * @param {ServerClock} clock
 * @param {(run: () => void, ms: number) => unknown} [every]
 */
export function startCountdowns(page, clock, every = setInterval) {
  learn(page, clock);
  const tick = () => {
    for (const element of page.querySelectorAll("[data-expires]")) draw(element, clock.now());
    for (const element of page.querySelectorAll("[data-until],[data-from]")) change(element, clock.now());
  };
  tick();
  every(tick, TICK_MS);
}

/**
 * Reads the server's time from elements that it has just rendered.
 * @param {ParentNode} root
 * @param {ServerClock} clock
 */
export function learn(root, clock) {
  const here = root instanceof Element && root.matches("[data-now]") ? [root] : [];
  for (const element of [...here, ...root.querySelectorAll("[data-now]")]) {
    clock.saw(Number(element.getAttribute("data-now")));
  }
}

/**
 * @param {Element} element
 * @param {number} now
 */
export function change(element, now) {
  const over = now >= Number(element.getAttribute("data-until") ?? element.getAttribute("data-from"));
  element.toggleAttribute("hidden", element.hasAttribute("data-until") ? over : !over);
}

/**
 * @param {Element} element
 * @param {number} now
 */
export function draw(element, now) {
  const total = Number(element.getAttribute("data-total")) * 1000;
  const { seconds, part } = remaining(Number(element.getAttribute("data-expires")), now, total);
  const arc = element.querySelector(".left");
  const length = Number(arc?.getAttribute("stroke-dasharray") ?? 0);
  arc?.setAttribute("stroke-dashoffset", (length * (1 - part)).toFixed(1));
  const words = element.querySelector(".secs");
  const text = minutes(seconds);
  if (!words || words.textContent === text) return;
  words.textContent = text;
  words.setAttribute("aria-label", fill(ngettext("%(n)s second left", "%(n)s seconds left", seconds), { n: seconds }));
}
