// @ts-check
// Lines of words above a page can be closed; without scripts they go with the page.

const KEPT = "quarter-closed-notice";

/** @param {Document} page */
export function startNotices(page) {
  offer(page);
  page.addEventListener("htmx:afterSettle", () => offer(page));
  page.addEventListener("live-changed", () => offer(page));
  page.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-close-notice]");
    if (button) close(page, /** @type {HTMLElement} */ (button));
  });
}

/**
 * A button that does nothing must not be seen: it waits hidden for this script. What was closed stays closed.
 * @param {Document} page
 */
function offer(page) {
  for (const button of page.querySelectorAll("[data-close-notice][hidden]")) button.removeAttribute("hidden");
  for (const notice of page.querySelectorAll("[data-notice]")) {
    const key = notice.getAttribute("data-notice");
    if (key && key === closed()) notice.remove();
  }
}

/**
 * @param {Document} page
 * @param {HTMLElement} button
 */
function close(page, button) {
  const notice = button.closest("[data-notice]");
  const key = notice?.getAttribute("data-notice");
  if (key) keep(key);
  notice?.remove();
  // The button had the focus: it goes to where the page begins, not to nowhere.
  page.getElementById("main")?.focus({ preventScroll: true });
}

/** The one that was closed last, on whichever page. */
function closed() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** @param {string} key */
function keep(key) {
  try {
    sessionStorage.setItem(KEPT, key);
  } catch {
    // Shown again on the next page.
  }
}
