// @ts-check
/** What this tab remembers across a reload. Without storage, only drafts are lost. */

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
    // Storage is full or forbidden: see above.
  }
}
