// @ts-check
/** What takes longest begins first, beside the loading of the rest of the room: its socket and the devices. */

/** @typedef {{address: string, open: (address: string) => WebSocket, allowed: () => Promise<boolean>}} Parts */

export class Early {
  /** @param {Parts} parts an empty address: nothing is begun on this page */
  constructor({ address, open, allowed }) {
    this.open = open;
    /** @type {WebSocket | null} */
    this.socket = address ? open(address) : null;
    /** Whether the devices will open without a question; only then may this page speak before they are there. */
    this.allowed = allowed().catch(() => false);
  }

  /** The socket that was opened early, once, while it is of use; else a new one. @param {string} address */
  take(address) {
    const socket = this.socket;
    this.socket = null;
    const isGood = socket && (socket.readyState === 0 || socket.readyState === 1);
    return isGood ? socket : this.open(address);
  }
}

/** @param {Permissions | undefined} permissions @returns {Promise<boolean>} */
export async function devicesAllowed(permissions) {
  if (!permissions) return false;
  const names = /** @type {PermissionName[]} */ (["camera", "microphone"]);
  const found = await Promise.all(names.map((name) => permissions.query({ name })));
  return found.every(({ state }) => state === "granted");
}

const address = globalThis.document?.getElementById("early")?.dataset.socket ?? "";
const absolute = (/** @type {string} */ path) => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;

export const early = new Early({
  address,
  open: (path) => new WebSocket(absolute(path)),
  allowed: () => devicesAllowed(globalThis.navigator?.permissions),
});
