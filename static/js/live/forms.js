// @ts-check
// htmx and plain forms on pieces that came by the socket; refusals that are shown where they belong.

/** @returns {any} */
function htmx() {
  return /** @type {any} */ (globalThis).htmx;
}

/** @param {Element} element */
export function process(element) {
  htmx()?.process(element);
}

/**
 * The token of this page's forms.
 * @param {Document} page
 * @returns {string}
 */
export function token(page) {
  const headers = page.body.getAttribute("hx-headers");
  try {
    return headers ? JSON.parse(headers)["X-CSRFToken"] : "";
  } catch {
    return "";
  }
}

/**
 * A form written without a request has no token of its own.
 * @param {Document} page
 * @param {Element} root
 */
export function addToken(page, root) {
  const forms = [...root.querySelectorAll("form")].concat(root instanceof HTMLFormElement ? [root] : []);
  for (const form of forms) {
    if (form.getAttribute("method")?.toLowerCase() !== "post" || form.elements.namedItem("csrfmiddlewaretoken")) continue;
    const field = page.createElement("input");
    field.type = "hidden";
    field.name = "csrfmiddlewaretoken";
    field.value = token(page);
    form.append(field);
  }
}

const SHOWN = new Set([402, 403, 404, 409, 410, 422, 429, 503]);

/**
 * Our refusals come with words: htmx would throw them away.
 * @param {Document} page
 */
export function showRefusals(page) {
  page.addEventListener("htmx:beforeSwap", (event) => {
    const detail = /** @type {CustomEvent} */ (event).detail;
    if (!SHOWN.has(detail.xhr.status) || detail.xhr.responseText.includes("<html")) return;
    detail.shouldSwap = true;
    detail.isError = false;
  });
}
