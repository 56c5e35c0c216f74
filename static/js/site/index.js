// @ts-check
// The small helpers of every page; none of them is needed for a page to work.
import { startMenus } from "./menu.js";
import { startTheme } from "./theme.js";
import { startTimeZone } from "./timezone.js";

/** @param {Document} [page] */
export function start(page = document) {
  startTheme(page);
  startTimeZone(page);
  startMenus(page);
}
