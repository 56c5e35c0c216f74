// @ts-check
// Keys of an incoming request: D declines. Enter accepts only where it always does, on the button itself.

const TYPED = "input:not([type=radio],[type=checkbox]),textarea,select,[contenteditable]";

const QUIET_MS = 1000;

/** @param {Document} page */
export function startKeys(page) {
  let typedAt = -Infinity;
  page.addEventListener("keydown", (event) => {
    const since = event.timeStamp - typedAt;
    const declines = event.key.toLowerCase() === "d" && !/** @type {Element} */ (event.target).closest(TYPED);
    if (event.key.length === 1 && !declines) typedAt = event.timeStamp;
    const request = asked(page, /** @type {Element} */ (event.target));
    if (!request || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const target = /** @type {Element} */ (event.target);
    // In a form Enter presses its button, wherever the focus is: on a reason it would decline.
    if (event.key === "Enter" && target.matches("input[type=radio]")) event.preventDefault();
    if (!declines) return;
    event.preventDefault();
    // A popup takes the focus from whoever is typing: the rest of the word is no answer.
    if (Math.min(since, event.timeStamp - Number(request.dataset.shownAt ?? 0)) < QUIET_MS) return;
    /** @type {HTMLElement | null} */ (request.querySelector("[data-decline]"))?.click();
  });
}

/**
 * The request that a key would mean: the one around the focus, or the only one, if no other window has the focus.
 * @param {Document} page
 * @param {Element} target
 * @returns {HTMLElement | null}
 */
function asked(page, target) {
  const around = /** @type {HTMLElement | null} */ (target.closest("[data-request]"));
  if (around) return around;
  const others = [...page.querySelectorAll("dialog[open]")].filter((dialog) => !dialog.matches("[data-request]"));
  if (others.some((dialog) => dialog.contains(target))) return null;
  const requests = /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-request]"));
  return requests.length === 1 ? requests[0] : null;
}
