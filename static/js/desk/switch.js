// @ts-check
// The switch moves immediately. If the server refuses or does not answer, it moves back (live/unsent.js explains why).

/**
 * @param {Document} page
 * @param {(within: HTMLElement) => void} touched called within the click, because browsers allow sound only then
 */
export function startSwitch(page, touched) {
  page.addEventListener("htmx:beforeRequest", (event) => {
    const button = buttonOf(event);
    if (!button) return;
    touched(button);
    press(button);
  });
  for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    page.addEventListener(failure, (event) => undo(buttonOf(event)));
  }
}

/**
 * The switch itself, or the button that says "I am back".
 * @param {Event} event
 * @returns {HTMLElement | null}
 */
function buttonOf(event) {
  const form = /** @type {Element} */ (event.target);
  return form.matches("form[data-switch]") ? form.querySelector("button") : null;
}

/** @param {HTMLElement} button */
export function press(button) {
  const was = button.getAttribute("aria-checked");
  button.dataset.was = was ?? "";
  if (was) button.setAttribute("aria-checked", String(was !== "true"));
  // This button will be removed, so the focus moves to the text that will show the result.
  else /** @type {HTMLElement | null} */ (button.closest(".switch-box")?.querySelector(".switch-words"))?.focus();
}

/** @param {HTMLElement | null} button */
export function undo(button) {
  if (button?.dataset.was === undefined) return;
  if (button.dataset.was) button.setAttribute("aria-checked", button.dataset.was);
  else button.focus();
}
