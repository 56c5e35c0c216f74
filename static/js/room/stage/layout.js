// @ts-check
/** Where the videos are: side by side, or a large shared screen with the other video on top. */

export class Layout {
  constructor() {
    this.shared = false;
    this.swapped = { even: false, shared: false };
  }

  /** The other side starts or stops sharing a screen. A new screen is large, whatever was swapped before.
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

  /** @returns {"other" | "own"} the video on the left, at the top, or large */
  get first() {
    return this.isSwapped ? "own" : "other";
  }

  /** @returns {"" | "other" | "own"} the large video; empty if they are side by side */
  get large() {
    return this.shared ? this.first : "";
  }
}
