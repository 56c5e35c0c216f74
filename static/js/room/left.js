// @ts-check
/** The page of a person who pressed *Leave* and may still return. */
import { fill, ngettext } from "../lib/words.js";

const LOOK_AGAIN_MS = 2_000;

/**
 * Shows how long the person can still return.
 * The socket brings news of the call. The reload is for news that got lost, and never happens immediately.
 * @param {number} seconds
 * @param {{show: (seconds: number) => void, shown: () => boolean, answers: () => Promise<any>, reload: () => void,
 *   timers: {set: (run: () => void, ms: number) => any}}} parts
 */
export function countDown(seconds, parts) {
  if (!parts.shown()) return;
  parts.show(seconds);
  if (seconds > 0) parts.timers.set(() => countDown(seconds - 1, parts), 1_000);
  else parts.timers.set(() => lookAgain(parts), LOOK_AGAIN_MS);
}

/** Reloads only if the server answers, so that the browser does not show its own error page. @param {Parameters<typeof countDown>[1]} parts */
async function lookAgain(parts) {
  if (!parts.shown()) return;
  try {
    await parts.answers();
    parts.reload();
  } catch {
    countDown(0, parts);
  }
}

/** @param {number} n @returns {string} such as "90 seconds" */
export const secondsWords = (n) => fill(ngettext("%(n)s second", "%(n)s seconds", n), { n });
