// @ts-check
/** Remembers the chosen devices in this browser. Where storage is forbidden, it remembers them until the page closes. */
import { THINGS } from "./list.js";

/**
 * @typedef {import("./list.js").Thing} Thing
 * @typedef {import("./list.js").Device} Device
 * @typedef {{camera?: Device, microphone?: Device, speaker?: Device}} Choice
 */

const KEY = "quarter-devices";

export class Store {
  /** @param {() => Storage} storage a function, because even reading `localStorage` may throw */
  constructor(storage) {
    this.storage = storage;
    /** @type {Choice} */
    this.unsaved = {};
  }

  /** @returns {Choice} */
  get choice() {
    return { ...this._read(), ...this.unsaved };
  }

  /** @param {Thing} thing @param {Device} device */
  remember(thing, device) {
    const choice = { ...this.choice, [thing]: { id: device.id, label: device.label } };
    try {
      this.storage().setItem(KEY, JSON.stringify(choice));
      this.unsaved = {};
    } catch {
      this.unsaved = choice;
    }
  }

  /** @returns {Choice} */
  _read() {
    try {
      return checked(JSON.parse(this.storage().getItem(KEY) ?? "{}"));
    } catch {
      return {};
    }
  }
}

/** Storage may contain anything, so only well-formed devices are kept. @param {any} found @returns {Choice} */
function checked(found) {
  /** @type {Choice} */
  const choice = {};
  for (const thing of THINGS) {
    const device = found?.[thing];
    if (typeof device?.id === "string" && typeof device.label === "string") choice[thing] = { id: device.id, label: device.label };
  }
  return choice;
}

export const store = new Store(() => localStorage);
