// @ts-check
// The theme changes immediately. The cookie is set by the server, so that it draws the next page in the same theme.
import { gettext } from "../lib/words.js";

/** @param {"light" | "dark"} theme */
function other(theme) {
  return theme === "dark" ? "light" : "dark";
}

/**
 * @param {Document} page
 * @returns {"light" | "dark"}
 */
export function shownTheme(page) {
  const chosen = page.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return page.defaultView?.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/**
 * @param {Document} page
 * @param {"light" | "dark"} theme
 */
function show(page, theme) {
  page.documentElement.dataset.theme = theme;
  page.querySelector('meta[name="color-scheme"]')?.setAttribute("content", theme);
}

/** @param {Document} page */
function nameButtons(page) {
  const next = other(shownTheme(page));
  const label = next === "dark" ? gettext("Switch to dark theme") : gettext("Switch to light theme");
  for (const button of page.querySelectorAll(".theme-form button")) {
    button.setAttribute("value", next);
    button.setAttribute("aria-label", label);
  }
}

/**
 * @param {Document} page
 * @param {typeof fetch} send
 */
export function startTheme(page, send = fetch) {
  nameButtons(page);
  page.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches(".theme-form")) return;
    event.preventDefault();
    const theme = other(shownTheme(page));
    const body = new FormData(form);
    body.set("theme", theme);
    show(page, theme);
    nameButtons(page);
    send(form.action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => undefined);
  });
}
