// @ts-check
// Keys for an incoming request: D declines. Enter accepts only on the button itself, as it always does.

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
    // Enter submits a form from any of its fields, so on a reason it would decline.
    if (event.key === "Enter" && target.matches("input[type=radio]")) event.preventDefault();
    if (!declines) return;
    event.preventDefault();
    // A popup takes the focus while somebody is typing: the rest of their word is not an answer.
    if (Math.min(since, event.timeStamp - Number(request.dataset.shownAt ?? 0)) < QUIET_MS) return;
    /** @type {HTMLElement | null} */ (request.querySelector("[data-decline]"))?.click();
  });
}

/**
 * The request that a key belongs to: the one around the focus, or the only one if no other window has the focus.
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
