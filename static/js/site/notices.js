// @ts-check
// Lets people close the notices above a page. Without scripts, a notice stays until the next page.

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
 * The close buttons are hidden until this script can serve them. Notices that were closed stay closed.
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
  // The removed button had the focus, so the focus moves to the start of the content.
  page.getElementById("main")?.focus({ preventScroll: true });
}

/** The key of the last closed notice, on any page. */
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
    // Without storage, the notice is shown again on the next page.
  }
}
