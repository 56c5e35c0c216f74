// @ts-check
/** Counts unread messages on the button that opens the chat, and in the title. */

export class Badge {
  /** @param {{page: {title: string}, show: (count: number) => void}} parts */
  constructor({ page, show }) {
    this.page = page;
    this.show = show;
    this.count = 0;
  }

  add() {
    this._set(this.count + 1);
  }

  clear() {
    if (this.count) this._set(0);
  }

  /** @param {number} count */
  _set(count) {
    this.count = count;
    this.page.title = `${count ? `(${count}) ` : ""}${this.page.title.replace(/^\(\d+\) /, "")}`;
    this.show(count);
  }
}
