// @ts-check
/** Splits a message into words, links and code. The server does the same for the receipt (markup.py). */

const FENCE = /```(?:[\w+#.-]*\n)?([\s\S]*?)```/g;
const INLINE = /`([^`\n]+)`|(https?:\/\/[^\s<>"`]+)/gi;
const BEHIND_A_LINK = ".,;:!?'”’";

/** @typedef {{kind: "words" | "link" | "code" | "block", text: string}} Piece */

/** A fence that is never closed stays plain text. @param {string} text @returns {Piece[]} */
export function pieces(text) {
  /** @type {Piece[]} */
  const found = [];
  let at = 0;
  for (const fence of text.matchAll(FENCE)) {
    found.push(...linePieces(beside(text.slice(at, fence.index), at > 0, true)));
    const code = fence[1].replace(/^\n+|\n+$/g, "");
    if (code) found.push({ kind: "block", text: code });
    at = fence.index + fence[0].length;
  }
  return found.concat(linePieces(beside(text.slice(at), at > 0, false)));
}

/** Removes the one line break beside a code block, which has lines of its own.
 * @param {string} text @param {boolean} before @param {boolean} after whether there is a block on that side */
const beside = (text, before, after) => text.replace(before ? /^\n/ : "", "").replace(after ? /\n$/ : "", "");

/** @param {string} text @returns {Piece[]} */
function linePieces(text) {
  /** @type {Piece[]} */
  const found = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const link = match[1] === undefined ? address(match[2]) : "";
    if (match[1] === undefined && !usable(link)) continue;
    if (at < match.index) found.push({ kind: "words", text: text.slice(at, match.index) });
    found.push(link ? { kind: "link", text: link } : { kind: "code", text: match[1] });
    at = match.index + (link ? link.length : match[0].length);
  }
  if (at < text.length) found.push({ kind: "words", text: text.slice(at) });
  return found;
}

/** Cuts off the punctuation of the sentence, and a bracket that was opened before the link.
 * @param {string} text */
function address(text) {
  const count = (/** @type {string} */ sign) => text.split(sign).length - 1;
  let end = text.length;
  let tooMany = count(")") - count("("); // counted once, because a message may consist of nothing but brackets
  while (end && (BEHIND_A_LINK.includes(text[end - 1]) || (text[end - 1] === ")" && tooMany > 0))) {
    end -= 1;
    if (text[end] === ")") tooMany -= 1;
  }
  return text.slice(0, end);
}

/** @param {string} text @returns {boolean} whether it is a web address, and not something that a browser would execute */
export function usable(text) {
  try {
    return ["http:", "https:"].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}
