// @ts-check
/** Sends *Leave* and *End for both* from within the page, so that a server failure does not end the call. */
import { gettext } from "../lib/words.js";

export const PATIENCE_MS = 8_000;
const unsaved = () => gettext("Our server is not answering, so this is not saved yet. Try again in a moment.");

/**
 * @typedef {{action: string, body: any}} Exit
 * @typedef {{status: number, headers: {get: (name: string) => string | null}}} Answer
 * @typedef {{fetch: (url: string, init: any) => Promise<Answer>, go: (url: string) => void, reload: () => void,
 *   unsaved: (words: string) => void}} Parts
 */

export class Exits {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.busy = false;
  }

  /** One press, one request: a second press while it is pending does nothing. @param {Exit} exit */
  async take({ action, body }) {
    if (this.busy) return;
    this.busy = true;
    this.parts.unsaved("");
    try {
      this._answered(await this._send(action, body));
    } catch {
      this.busy = false;
      this.parts.unsaved(unsaved());
    }
  }

  /** Asks as htmx does: the answer then names the next page, and a message on that page is not used up here.
   * @param {string} action @param {any} body */
  _send(action, body) {
    const headers = { "HX-Request": "true" };
    return this.parts.fetch(action, { method: "POST", body, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  }

  /** @param {Answer} answer */
  _answered(answer) {
    if (answer.status >= 500) throw new Error(String(answer.status));
    const next = answer.headers.get("HX-Redirect");
    // Without a next page it was refused because the call has changed: a reload shows its new state.
    return next ? this.parts.go(next) : this.parts.reload();
  }
}
