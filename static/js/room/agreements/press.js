// @ts-check
/** Sends a press that the other side has to answer, as a form. The response is the current state of the call. */
import { gettext } from "../../lib/words.js";

export const PATIENCE_MS = 8_000;
export const unsaved = () => gettext("Our server is not answering, so this is not saved yet. Try again in a moment.");

/**
 * @typedef {{ok: boolean, status: number, json: () => Promise<any>}} Answer
 * @typedef {{fetch: (url: string, init: any) => Promise<Answer>, took: (frame: any) => void,
 *   refused: (words: string) => void}} Parts
 */

export class Press {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.busy = false;
  }

  /** One press, one request. @param {string} action @param {any} body */
  async send(action, body) {
    if (this.busy) return;
    this.busy = true;
    this.parts.refused("");
    try {
      await this._send(action, body);
    } catch {
      this.parts.refused(unsaved());
    } finally {
      this.busy = false;
    }
  }

  /** @param {string} action @param {any} body */
  async _send(action, body) {
    const headers = { Accept: "application/json" };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await this.parts.fetch(action, { method: "POST", body, headers, signal });
    const told = await answer.json();
    if (answer.ok) this.parts.took(told);
    else this.parts.refused(told.message);
  }
}
