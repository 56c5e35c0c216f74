// @ts-check
// Starts the scripts of the desk. On other pages they find nothing to do.
import { Line } from "./reachable.js";
import { Readiness } from "./readiness.js";
import { startSwitch } from "./switch.js";

const PATIENCE_MS = 8000;

/**
 * @param {Document} page
 * @param {import("../live/index.js").LivePage} live
 */
export function startDesk(page, live) {
  const panel = page.getElementById("readiness");
  const readiness = panel ? new Readiness(panel, live.ring, world(), patience) : null;
  startSwitch(page, (button) => {
    if (readiness && button.getAttribute("aria-checked") === "false") readiness.check();
    else live.ring.unlock(button.dataset.sound ?? "");
  });
  readiness?.start();
  if (page.getElementById("desk-line")) new Line({ page, live }).start();
}

/** @returns {Promise<void>} */
function patience() {
  return new Promise((done) => setTimeout(done, PATIENCE_MS));
}

/** @returns {import("./marks.js").World} */
function world() {
  return {
    media: navigator.mediaDevices,
    permissions: /** @type {any} */ (navigator.permissions),
    notification: /** @type {any} */ (globalThis.Notification),
    memory: () => localStorage,
    touched: navigator.userActivation?.hasBeenActive ?? false,
  };
}
