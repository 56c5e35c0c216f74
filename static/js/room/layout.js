// @ts-check
/** Which picture is where: side by side, or a shared screen large and the other picture on it. */

export class Layout {
  constructor() {
    this.shared = false;
    this.swapped = { even: false, shared: false };
  }

  /** The other side begins or ends to show a screen: it begins large, whatever was swapped before.
   * @param {boolean} shared */
  share(shared) {
    if (shared && !this.shared) this.swapped.shared = false;
    this.shared = shared;
  }

  swap() {
    const now = this.shared ? "shared" : "even";
    this.swapped[now] = !this.swapped[now];
  }

  get isSwapped() {
    return this.shared ? this.swapped.shared : this.swapped.even;
  }

  /** @returns {"other" | "own"} the one on the left, above, or large */
  get first() {
    return this.isSwapped ? "own" : "other";
  }

  /** @returns {"" | "other" | "own"} empty: side by side */
  get large() {
    return this.shared ? this.first : "";
  }
}
