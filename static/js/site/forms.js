// @ts-check
// Makes htmx and plain forms work on pieces from the socket, and shows refusals where the form expects its answer.

/** @returns {any} */
function htmx() {
  return /** @type {any} */ (globalThis).htmx;
}

/** @param {Element} element */
export function process(element) {
  htmx()?.process(element);
}

/**
 * The CSRF token of this page's forms.
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
 * A form that was rendered without a request has no CSRF token, so it is added here.
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
 * Our refusals contain an explanation, which htmx would not show by default.
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
