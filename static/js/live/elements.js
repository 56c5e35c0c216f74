// @ts-check
// Pieces of the page, by id: a newer version replaces an older one, and pieces that no longer exist are removed.

/** @typedef {{ id: string, v: number, html: string }} Piece */

/**
 * @param {Element} element
 * @returns {number}
 */
export function version(element) {
  return Number(element.getAttribute("data-v") ?? -1);
}

/**
 * The versions of all pieces on the page, so that the server sends only newer ones.
 * @param {Document} page
 * @returns {Record<string, number>}
 */
export function have(page) {
  /** @type {Record<string, number>} */
  const found = {};
  for (const element of page.querySelectorAll("[id][data-v]")) {
    found[element.id] = Math.min(version(element), found[element.id] ?? Infinity);
  }
  return found;
}

/**
 * Parses a piece of HTML. Only for the server's templates, never for text that a person typed.
 * @param {Document} page
 * @param {string} html
 * @returns {Element | null}
 */
export function parse(page, html) {
  const holder = page.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content.firstElementChild;
}

/**
 * Replaces a piece if this one is newer. A person may appear on a page more than once.
 * @param {Document} page
 * @param {Piece} piece
 * @param {(el: Element) => void} ready called with each new element (htmx.process)
 * @returns {number} how many places changed
 */
export function replace(page, piece, ready) {
  const places = [...page.querySelectorAll("[id][data-v]")].filter((el) => el.id === piece.id && version(el) < piece.v);
  for (const old of places) {
    const fresh = parse(page, piece.html);
    if (!fresh) return 0;
    if (onlyNewer(old, fresh)) continue;
    const focus = focusedIn(page, old);
    old.replaceWith(fresh);
    if (focus) refocus(fresh, focus);
    ready(fresh);
  }
  return places.length;
}

/**
 * Whether only the version differs. The old element then stays, because screen readers would read a new one again.
 * @param {Element} old
 * @param {Element} fresh
 */
function onlyNewer(old, fresh) {
  const shown = old.getAttribute("data-v") ?? "";
  const newer = fresh.getAttribute("data-v") ?? "";
  old.setAttribute("data-v", newer);
  const same = old.isEqualNode(fresh);
  if (!same) old.setAttribute("data-v", shown);
  return same;
}

/**
 * The elements that `only` does not list: { "req-": ["req-1"] } means that req-1 is the only req-* that still exists.
 * @param {Document} page
 * @param {Record<string, string[]>} only
 * @returns {Element[]}
 */
export function leftOut(page, only) {
  return Object.entries(only).flatMap(([prefix, ids]) =>
    [...page.querySelectorAll("[id][data-v]")].filter((el) => el.id.startsWith(prefix) && !ids.includes(el.id)),
  );
}

/**
 * @param {Document} page
 * @param {Element} old
 */
function focusedIn(page, old) {
  const active = page.activeElement;
  if (!active || !old.contains(active)) return null;
  const all = [...old.querySelectorAll("a,button,input,select,textarea,summary,[tabindex]")];
  return { id: active.id, tag: active.tagName, index: all.indexOf(active) };
}

/**
 * @param {Element} fresh
 * @param {{ id: string, tag: string, index: number }} focus
 */
function refocus(fresh, focus) {
  const all = [...fresh.querySelectorAll("a,button,input,select,textarea,summary,[tabindex]")];
  const same = all.find((el) => focus.id && el.id === focus.id) ?? all[focus.index];
  if (same instanceof HTMLElement) same.focus({ preventScroll: true });
}
