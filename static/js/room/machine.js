// @ts-check
/** The browser's clocks and random numbers, and the terms that the page was opened with. */

export const timers = {
  set: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
  clear: (/** @type {any} */ id) => clearTimeout(id),
  now: () => Date.now(),
};

/** A monotonic clock: it never jumps, whatever happens to the time of day. */
export const steady = () => performance.now();

/** Eight hexadecimal digits. */
export const newId = () => [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {DOMStringMap} data of the room's element */
export function termsOf(data) {
  const number = (/** @type {string} */ name) => Number(data[name]);
  return { bought: number("bought"), price: number("price"), held: number("held"), feeBps: number("feeBps"),
    freeBelow: number("freeBelow"), least: number("least"), role: data.role ?? "" };
}
