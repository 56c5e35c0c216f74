// @ts-check
/** The devices of this machine, as the choice fields list them. */
import { fill, gettext } from "../lib/words.js";

/**
 * @typedef {"camera" | "microphone" | "speaker"} Thing
 * @typedef {{id: string, label: string}} Device
 */

/** @type {Record<Thing, MediaDeviceKind>} */
export const KINDS = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" };
export const THINGS = /** @type {Thing[]} */ (Object.keys(KINDS));

/** @type {Record<Thing, (n: number) => string>} */
const NUMBERED = {
  camera: (n) => fill(gettext("Camera %(n)s"), { n }),
  microphone: (n) => fill(gettext("Microphone %(n)s"), { n }),
  speaker: (n) => fill(gettext("Speaker %(n)s"), { n }),
};

/** The choices for one kind of device. A device without a name gets a number.
 * @param {MediaDeviceInfo[]} list @param {Thing} thing @returns {Device[]} */
export function options(list, thing) {
  return list
    .filter((one) => one.kind === KINDS[thing])
    .map((one, at) => ({ id: one.deviceId, label: one.label || NUMBERED[thing](at + 1) }));
}

/** Finds the remembered device among the present ones: by its id, or else by its name.
 * @param {Device | undefined} device @param {MediaDeviceInfo[]} list @param {Thing} thing */
export function match(device, list, thing) {
  if (!device) return undefined;
  const same = list.filter((one) => one.kind === KINDS[thing]);
  return same.find((one) => one.deviceId && one.deviceId === device.id) ?? same.find((one) => one.label && one.label === device.label);
}
