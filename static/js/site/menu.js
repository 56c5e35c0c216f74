// @ts-check
// Closes a native <details> menu with Escape, and with a click outside it.

/** @param {Document} page */
export function startMenus(page) {
  page.addEventListener("click", (event) => {
    for (const menu of openMenus(page)) {
      if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
    }
  });
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus(page)) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

/**
 * @param {Document} page
 * @returns {NodeListOf<HTMLDetailsElement>}
 */
function openMenus(page) {
  return page.querySelectorAll("details.menu[open]");
}
