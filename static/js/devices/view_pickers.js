// @ts-check
/** Choice fields for devices. */

/**
 * Write the choices anew only when they changed: an open list would close under the finger.
 * @param {HTMLSelectElement} select @param {import("./list.js").Device[]} devices @param {string} chosen
 */
export function fill(select, devices, chosen) {
  const known = [...select.options].map((one) => `${one.value} ${one.text}`).join("\n");
  if (known !== devices.map((one) => `${one.id} ${one.label}`).join("\n")) {
    select.replaceChildren(...devices.map(({ id, label }) => new Option(label, id)));
  }
  if (select.value !== chosen && devices.some((one) => one.id === chosen)) select.value = chosen;
}
