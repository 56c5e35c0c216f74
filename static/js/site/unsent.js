// @ts-check
// Says when a press got no answer: in the window where it was pressed, or above the page.
// A link that got no answer is followed as an ordinary link, so that the browser shows its own progress and errors.

import { gettext } from "../lib/words.js";

const noAnswer = () =>
  gettext("Our server did not answer, so we do not know whether that worked. Check your connection, then try again.");
const badAnswer = () => gettext("Our server could not do that. Reload the page, then try again.");

/**
 * @param {Document} page
 * @param {(address: string) => void} [go]
 */
export function startUnsent(page, go = (address) => location.assign(address)) {
  const failures = { "htmx:sendError": noAnswer, "htmx:timeout": noAnswer, "htmx:responseError": badAnswer };
  for (const [failure, words] of Object.entries(failures)) {
    page.addEventListener(failure, (event) => {
      const pressed = /** @type {HTMLElement} */ (event.target);
      if (pressed.matches("form")) told(page, pressed, words());
      else if (pressed.matches("a[href]")) go(/** @type {HTMLAnchorElement} */ (pressed).href);
    });
  }
  page.addEventListener("htmx:beforeRequest", (event) => {
    const form = /** @type {Element} */ (event.target);
    if (form.matches("form")) lines(page, form).forEach((line) => line.remove());
  });
}

/**
 * @param {Document} page
 * @param {Element} form
 * @param {string} words
 */
function told(page, form, words) {
  lines(page, form).forEach((line) => line.remove());
  const line = page.createElement("p");
  line.className = "notice is-error";
  line.dataset.unsent = "";
  line.textContent = words;
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
