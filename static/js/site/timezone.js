// @ts-check
// Takes the time zone from the browser: it fills the fields that ask for it, and sets a cookie for pages of visitors.

/** @returns {string} */
export function browserZone() {
  try {
    return new Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  } catch {
    return "";
  }
}

/**
 * @param {Document} page
 * @param {string} zone
 */
export function startTimeZone(page, zone = browserZone()) {
  if (!zone) return;
  page.cookie = `tz=${encodeURIComponent(zone)};path=/;max-age=31536000;samesite=lax`;
  /** @type {NodeListOf<HTMLInputElement>} */
  const fields = page.querySelectorAll("input[data-time-zone]");
  for (const field of fields) field.value ||= zone;
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = page.querySelectorAll("button[data-time-zone-button]");
  for (const button of buttons) offer(button, zone);
}

/**
 * Offers the browser's zone in one click, unless it is already in use.
 * @param {HTMLButtonElement} button
 * @param {string} zone
 */
function offer(button, zone) {
  if (button.value === zone) return;
  button.value = zone;
  button.hidden = false;
  button.querySelector("[data-zone-name]")?.replaceChildren(zone.replaceAll("_", " "));
}
