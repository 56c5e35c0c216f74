// @ts-check
// The switch answers at once; if the server refuses, it goes back and the reason is shown.

/**
 * @param {Document} page
 * @param {(within: Element) => void} touched called within the click, for what needs a person's touch (sound)
 */
export function startSwitch(page, touched) {
  page.addEventListener("htmx:beforeRequest", (event) => {
    const button = switchOf(event);
    if (!button) return;
    touched(button);
    const on = button.getAttribute("aria-checked") !== "true";
    button.dataset.was = String(!on);
    button.setAttribute("aria-checked", String(on));
  });
  for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    page.addEventListener(failure, (event) => undo(page, switchOf(event)));
  }
}

/**
 * @param {Event} event
 * @returns {HTMLElement | null}
 */
function switchOf(event) {
  const form = /** @type {Element} */ (event.target);
  return form.matches("form[data-switch]") ? form.querySelector('[role="switch"]') : null;
}

/**
 * @param {Document} page
 * @param {HTMLElement | null} button
 */
export function undo(page, button) {
  if (!button?.dataset.was) return;
  button.setAttribute("aria-checked", button.dataset.was);
  const notices = page.getElementById("notices");
  const words = page.createElement("p");
  words.className = "notice is-error";
  words.textContent = "That did not reach us, so nothing changed. Check your connection and press the switch again.";
  notices?.replaceChildren(words);
}
