// @ts-check
/** The page of somebody who pressed Leave and may still return. */

const LOOK_AGAIN_MS = 2_000;

/**
 * Somebody who pressed Leave sees how long the way back is open.
 * The socket tells what becomes of the call; the reload is for news that did not come, and never at once.
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

/** Not into the browser's own error page. @param {Parameters<typeof countDown>[1]} parts */
async function lookAgain(parts) {
  if (!parts.shown()) return;
  try {
    await parts.answers();
    parts.reload();
  } catch {
    countDown(0, parts);
  }
}
