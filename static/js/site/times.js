// @ts-check
// The server renders some times and minutes once for all readers. This module shows them in the reader's zone and counts down.
import { fill, gettext, localeOf } from "../lib/words.js";

const MINUTE_MS = 60000;
const PIE = 44;

/**
 * @param {Document} page
 * @param {{ now: () => number }} clock the time of day
 * @param {{ every?: (run: () => void, ms: number) => unknown, zone?: string }} [parts]
 */
export function startTimes(page, clock, { every = setInterval, zone = page.documentElement.dataset.zone } = {}) {
  const draw = () => drawAll(page, clock.now(), zone || undefined, localeOf(page.documentElement));
  draw();
  every(draw, 1000);
  // Pieces from the socket are corrected before the browser paints them.
  if (typeof MutationObserver === "function") new MutationObserver(draw).observe(page.body, { childList: true, subtree: true });
}

/**
 * @param {ParentNode} root
 * @param {number} now
 * @param {string} [zone]
 * @param {string} [locale]
 */
export function drawAll(root, now, zone, locale) {
  for (const element of root.querySelectorAll("[data-back]")) drawBack(element, now, zone, locale);
  for (const element of root.querySelectorAll("[data-free-at]")) drawLeft(element, now);
}

/**
 * "back at 16:30" is hidden once that time has passed, because the person did not come back.
 * @param {Element} element
 * @param {number} now
 * @param {string} [zone]
 * @param {string} [locale]
 */
function drawBack(element, now, zone, locale) {
  const time = element.querySelector("time");
  const moment = Date.parse(time?.getAttribute("datetime") ?? "");
  if (!time || Number.isNaN(moment)) return;
  element.toggleAttribute("hidden", moment <= now);
  write(time, clockWords(moment, now, zone, locale));
}

/**
 * @param {Element} element
 * @param {number} now
 */
function drawLeft(element, now) {
  const left = Math.max(0, Date.parse(element.getAttribute("data-free-at") ?? "") - now);
  const whole = Number(element.getAttribute("data-of")) * 1000;
  write(element, fill(gettext(", free in about %(minutes)s min"), { minutes: minutesLeft(left) }));
  const pie = element.closest(".presence")?.querySelector(".fg");
  if (whole > 0) pie?.setAttribute("stroke-dashoffset", (PIE * (1 - Math.min(1, left / whole))).toFixed(1));
}

/**
 * Whole minutes, rounded up, and at least one.
 * @param {number} left milliseconds
 */
export function minutesLeft(left) {
  return Math.max(1, Math.ceil(left / MINUTE_MS));
}

/**
 * "16:30" today, "Tue 16:30" on another day, in the reader's zone.
 * @param {number} moment
 * @param {number} now
 * @param {string} [zone]
 * @param {string} [locale] of the page's language
 */
export function clockWords(moment, now, zone, locale = "en-GB") {
  /** @param {number} at @param {Intl.DateTimeFormatOptions} how */
  const words = (at, how) => new Intl.DateTimeFormat(locale, { ...how, timeZone: zone }).format(at);
  const time = words(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = { dateStyle: /** @type {"short"} */ ("short") };
  if (words(moment, day) === words(now, day)) return time;
  return `${words(moment, { weekday: "short" })} ${time}`;
}

/**
 * Writes only a changed text, because each write wakes the observer again.
 * @param {Element} element
 * @param {string} words
 */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
