// @ts-check
// How long to wait before the next try: full jitter, so that a thousand browsers do not come back at once.

export const BASE_MS = 300;
export const CAP_MS = 8000;

/**
 * @param {number} failures how many tries failed in a row (0 = the first try after a close)
 * @param {() => number} [random]
 * @returns {number} milliseconds
 */
export function delay(failures, random = Math.random) {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** failures);
}

// The server meant it: do not come back. 4401 means the page belongs to another sign-in and is loaded anew.
export const RELOAD = 4401;
export const STOP = new Set([RELOAD, 4403, 4404, 4409, 4410, 4413, 4429]);
