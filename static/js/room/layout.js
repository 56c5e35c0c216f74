// @ts-check
/** Which picture is where: side by side, or a shared screen large and the rest small. */

/**
 * @param {{theirs: boolean, swapped: boolean}} facts `theirs`: the other side shares a screen
 * @returns {{large: "" | "other" | "own", first: "other" | "own"}}
 */
export function layoutOf({ theirs, swapped }) {
  const first = swapped ? "own" : "other";
  return { large: theirs ? first : "", first };
}
