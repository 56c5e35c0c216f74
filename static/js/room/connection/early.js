// @ts-check
/** Opens the socket and the devices first, because they take longest. The rest of the room loads in parallel. */

import { openBoth } from "../../devices/open.js";
import { store } from "../../devices/store.js";
import { socketAddress } from "../../lib/address.js";

/**
 * @typedef {import("../../devices/open.js").Both} Both
 * @typedef {{address: string, speaks: boolean, open: (address: string) => WebSocket, allowed: () => Promise<boolean>,
 *   devices: () => Promise<Both>}} Parts
 */

export class Early {
  /** @param {Parts} parts with an empty address nothing is opened; `speaks` is false for a call in text */
  constructor({ address, speaks, open, allowed, devices }) {
    this.open = open;
    this.devices = devices;
    /** @type {WebSocket | null} */
    this.socket = address ? open(address) : null;
    /** Whether the devices open without a prompt. Only then may this page join before they are open. */
    this.allowed = allowed().catch(() => false);
    /** @type {Promise<Both | null>} */
    this.opening = this.allowed.then((yes) => (yes && address && speaks ? devices() : null));
  }

  /** The devices that were opened early. They are given out once; later calls open them now. @returns {Promise<Both>} */
  async takeDevices() {
    const opening = this.opening;
    this.opening = Promise.resolve(null);
    return (await opening) ?? this.devices();
  }

  /** The socket that was opened early, if it is still usable. It is given out once; later calls open a new one. @param {string} address */
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

const { socket: address = "", mode = "" } = globalThis.document?.getElementById("early")?.dataset ?? {};

export const early = new Early({
  address,
  speaks: mode !== "text",
  open: (path) => new WebSocket(socketAddress(path, document)),
  allowed: () => devicesAllowed(globalThis.navigator?.permissions),
  devices: () => openBoth({ devices: navigator.mediaDevices, secure: isSecureContext, choice: store.choice }),
});
