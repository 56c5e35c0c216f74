// @ts-check
/** Where a page's sockets are. */

/**
 * A socket speaks the language of its page: what the server renders for it fits what is shown already.
 * @param {string} path such as `/ws/live/` @param {Document} page @returns {string}
 */
export function socketAddress(path, page) {
  const url = new URL(path, page.baseURI);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("language", page.documentElement.lang);
  return url.href;
}
