// @ts-check
// How long to wait before the next try. Full jitter, so that a thousand browsers do not reconnect at once.

const BASE_MS = 300;
const CAP_MS = 8000;

/**
 * @param {number} failures how many tries failed in a row (0 = the first try after a close)
 * @param {() => number} [random]
 * @returns {number} milliseconds
 */
export function delay(failures, random = Math.random) {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** failures);
}

// After these close codes a page must not reconnect. 4401: the page belongs to another sign-in, so it reloads.
export const RELOAD = 4401;
export const STOP = new Set([RELOAD, 4403, 4404, 4409, 4410, 4413, 4429]);
