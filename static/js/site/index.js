// @ts-check
// Small helpers of every page. Pages work without them.
import { startMenus } from "./menu.js";
import { startTheme } from "./theme.js";
import { startTimeZone } from "./timezone.js";

/** @param {Document} [page] */
export function start(page = document) {
  startTheme(page);
  startTimeZone(page);
  startMenus(page);
}
