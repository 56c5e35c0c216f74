// @ts-check
/** Sends a message with a plain request: for files, and where there is no socket. */
import { gettext } from "../../lib/words.js";
import { PAGE } from "./thread.js";

const TEXT_MS = 8_000;
const FILE_MS = 60_000;
const tooLarge = () => gettext("This is too large for this site. Send a smaller version.");
const notAccepted = () => gettext("This was not accepted. Reload the page and try again.");

/**
 * @typedef {{id: string, text: string, file?: Blob & {name: string}}} Outgoing
 * @typedef {{fetch: (url: string, init: any) => Promise<Response>, url: string, token: string}} Way
 */

/** Throws if the server does not answer. A refusal is an answer. @param {Way} way @param {Outgoing} message
 * @returns {Promise<any>} the frame `text`, or the fields of the frame `unsaid` */
export async function post({ fetch, url, token }, { id, text, file }) {
  const body = new FormData();
  body.set("id", id);
  body.set("text", text);
  if (file) body.set("file", file, file.name);
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  const signal = AbortSignal.timeout(file ? FILE_MS : TEXT_MS);
  const answer = await fetch(url, { method: "POST", body, headers, signal });
  if (answer.status >= 500) throw new Error(String(answer.status));
  const told = read(await answer.text());
  if (told && answer.ok) return told;
  const strange = { code: "not_accepted", message: answer.status === 413 ? tooLarge() : notAccepted() };
  const { code, message } = told?.code ? told : strange;
  return { id, code, words: message };
}

/** An answer that is not JSON comes from a proxy, or from an error page.
 * @param {string} text @returns {any} */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Every message after that number, in order, page by page. @param {Way} way @param {number} after
 * @returns {AsyncGenerator<import("./thread.js").Kept>} */
export async function* missed(way, after) {
  const headers = { Accept: "application/json" };
  const answer = await way.fetch(`${way.url}?after=${after}`, { headers, signal: AbortSignal.timeout(TEXT_MS) });
  const page = answer.ok ? (await answer.json()).messages : [];
  yield* page;
  if (page.length >= PAGE) yield* missed(way, page.at(-1).n);
}

/** A random UUID; `crypto.randomUUID` is missing on pages served over plain http. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
