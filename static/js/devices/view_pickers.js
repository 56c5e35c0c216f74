// @ts-check
/** Choice fields for devices. */

/**
 * Rewrites the choices only if they changed: otherwise an open list would close while somebody uses it.
 * @param {HTMLSelectElement} select @param {import("./list.js").Device[]} devices @param {string} chosen
 */
export function fill(select, devices, chosen) {
  const known = [...select.options].map((one) => `${one.value} ${one.text}`).join("\n");
  if (known !== devices.map((one) => `${one.id} ${one.label}`).join("\n")) {
    select.replaceChildren(...devices.map(({ id, label }) => new Option(label, id)));
  }
  if (select.value !== chosen && devices.some((one) => one.id === chosen)) select.value = chosen;
}
