// @ts-check
// A press whose answer never came says so, where its person looks: in the window, if it was pressed in one.

const WORDS = "No answer came back, so we do not know whether that worked. Check your connection and press it again.";

/** @param {Document} page */
export function startUnsent(page) {
  for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    page.addEventListener(failure, (event) => told(page, /** @type {Element} */ (event.target)));
  }
  page.addEventListener("htmx:beforeRequest", (event) => {
    const form = /** @type {Element} */ (event.target);
    if (form.matches("form")) lines(page, form).forEach((line) => line.remove());
  });
}

/**
 * @param {Document} page
 * @param {Element} form
 */
function told(page, form) {
  if (!form.matches("form")) return;
  lines(page, form).forEach((line) => line.remove());
  const line = page.createElement("p");
  line.className = "notice is-error";
  line.dataset.unsent = "";
  line.textContent = WORDS;
  place(page, form)?.append(line);
}

/**
 * @param {Document} page
 * @param {Element} form
 * @returns {Element | null} what is behind a window is neither seen nor read
 */
function place(page, form) {
  return form.closest("dialog")?.querySelector("[data-problems]") ?? page.getElementById("notices");
}

/**
 * @param {Document} page
 * @param {Element} form
 */
function lines(page, form) {
  return [...(place(page, form)?.querySelectorAll("[data-unsent]") ?? [])];
}
