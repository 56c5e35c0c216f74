// @ts-check
// Opens the call sheet over the page. Without this module, its link leads to a page of its own.
import { fill, gettext } from "../lib/words.js";
import { learn } from "../ringing/countdown.js";

/** @typedef {import("../lib/server_time.js").ServerClock} ServerClock */

/**
 * @param {Document} page
 * @param {ServerClock} clock
 */
export function startSheets(page, clock) {
  page.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = target.closest("a[data-sheet]");
    if (link instanceof HTMLAnchorElement && plain(event)) {
      event.preventDefault();
      open(page, link.href);
    }
    if (target.closest("[data-sheet-close]")) close(page, event);
  });
  page.addEventListener("input", (event) => count(/** @type {Element} */ (event.target)));
  page.addEventListener("htmx:afterSettle", (event) => learn(/** @type {Element} */ (event.target), clock));
  page.addEventListener("submit", (event) => once(/** @type {HTMLFormElement} */ (event.target), event), true);
}

/** @param {MouseEvent} event */
function plain(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/**
 * @param {Document} page
 * @param {string} url
 */
export async function open(page, url) {
  const dialog = sheet(page);
  const htmx = /** @type {any} */ (globalThis).htmx;
  try {
    await htmx.ajax("GET", url, { target: dialog.firstElementChild, swap: "innerHTML" });
  } catch {
    location.assign(url);
    return;
  }
  if (!dialog.querySelector("[data-sheet-body]")) location.assign(url);
  else if (!dialog.open) dialog.showModal();
  dialog.querySelector("h2")?.focus();
}

/**
 * @param {Document} page
 * @returns {HTMLDialogElement}
 */
function sheet(page) {
  const known = page.getElementById("sheet");
  if (known instanceof HTMLDialogElement) return known;
  const dialog = page.createElement("dialog");
  dialog.id = "sheet";
  dialog.className = "sheet-dialog";
  dialog.setAttribute("aria-labelledby", "sheet-t");
  dialog.append(page.createElement("div"));
  page.body.append(dialog);
  return dialog;
}

/**
 * @param {Document} page
 * @param {Event} event
 */
function close(page, event) {
  const dialog = page.getElementById("sheet");
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  dialog.close();
}

/**
 * Shows how many characters are left, beside a field with data-count.
 * @param {Element} field
 */
function count(field) {
  if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return;
  const words = field.dataset.count ? field.ownerDocument.getElementById(field.dataset.count) : null;
  if (words) words.textContent = fill(gettext("%(n)s left"), { n: field.maxLength - field.value.length });
}

/**
 * Ignores a second press while the first is pending. The server would give both the same answer.
 * @param {HTMLFormElement} form
 * @param {Event} event
 */
function once(form, event) {
  if (!form.matches("[data-once]") || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 5000);
}
