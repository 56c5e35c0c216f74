// @ts-check
// The browser knows the person's time zone: forms that ask for it are filled, visitors' pages by cookie.

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
  for (const field of page.querySelectorAll("input[data-time-zone]")) {
    if (field instanceof HTMLInputElement && !field.value) field.value = zone;
  }
  for (const button of page.querySelectorAll("button[data-time-zone-button]")) {
    if (!(button instanceof HTMLButtonElement) || button.value === zone) continue;
    button.value = zone;
    button.hidden = false;
    button.querySelector("[data-zone-name]")?.replaceChildren(zone.replaceAll("_", " "));
  }
}
