// @ts-check
// Remembers where the focus was before a window took it, even if that place is rendered again.

const STOPS = "a,button,input,select,textarea,summary,[tabindex]";

/**
 * @param {Document} page
 * @returns {() => void} puts the focus back
 */
export function remember(page) {
  const was = page.activeElement;
  if (!(was instanceof HTMLElement) || was === page.body) return () => {};
  const holder = was.closest("[id][data-v]");
  const nth = holder ? [...holder.querySelectorAll(STOPS)].indexOf(was) : -1;
  return () => {
    const place = was.isConnected ? was : (again(page, was.id) ?? again(page, holder?.id ?? "", nth));
    place?.focus({ preventScroll: true });
  };
}

/**
 * @param {Document} page
 * @param {string} id
 * @param {number} [nth] index among the focusable elements inside it
 * @returns {HTMLElement | null}
 */
function again(page, id, nth) {
  const found = id ? page.getElementById(id) : null;
  const place = nth === undefined ? found : found?.querySelectorAll(STOPS)[nth];
  return place instanceof HTMLElement ? place : null;
}
