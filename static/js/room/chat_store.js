// @ts-check
/** What this tab remembers over a reload; a browser that keeps nothing loses drafts, and no more. */

export const store = {
  getItem: (/** @type {string} */ key) => sessionStorage.getItem(key),
  setItem: (/** @type {string} */ key, /** @type {string} */ value) => sessionStorage.setItem(key, value),
};

/** @param {string} key */
export function recall(key) {
  try {
    return store.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} key @param {string} text */
export function keep(key, text) {
  try {
    store.setItem(key, text);
  } catch {
    // Full, or forbidden by the person: see above.
  }
}
