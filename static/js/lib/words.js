// @ts-check
/** Translates texts into the language of the page. English is the source: without a catalog each text is returned as it is. */

/**
 * Django's JavaScript catalog, a script of its own that a page in another language loads before the modules.
 * @typedef {{gettext: (text: string) => string, ngettext: (one: string, many: string, count: number) => string}} Catalog
 */

/** @returns {Catalog | undefined} */
const catalog = () => /** @type {any} */ (globalThis).django;

/** @param {string} text the English sentence @returns {string} the same in the language of the page */
export function gettext(text) {
  return catalog()?.gettext(text) ?? text;
}

/** @param {string} one @param {string} many @param {number} count @returns {string} the form that fits the number */
export function ngettext(one, many, count) {
  return catalog()?.ngettext(one, many, count) ?? (count === 1 ? one : many);
}

/** @param {string} text @param {Record<string, unknown>} values @returns {string} the text with each `%(name)s` filled in */
export function fill(text, values) {
  return text.replace(/%\((\w+)\)[sd]/g, (_, name) => String(values[name]));
}

/**
 * The locale for dates and numbers. Plain "en" would write American dates, so it becomes "en-GB".
 * @param {{ lang: string }} root the page's `<html>` @returns {string}
 */
export function localeOf({ lang }) {
  return !lang || lang === "en" ? "en-GB" : lang;
}

/** @returns {string} the locale of this page */
export const locale = () => localeOf(globalThis.document?.documentElement ?? { lang: "" });
