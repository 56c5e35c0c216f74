// @ts-check
// Makes the title blink: each second it alternates between its own text and the name of the caller.

const BLINK_MS = 1000;

export class Title {
  /**
   * @param {{ title: string }} page
   * @param {{ set: (run: () => void, ms: number) => number, clear: (id: number) => void }} [timers]
   */
  constructor(page, timers = { set: (run, ms) => Number(setInterval(run, ms)), clear: (id) => clearInterval(id) }) {
    this.page = page;
    this.timers = timers;
    this.own = "";
    this.timer = 0;
  }

  /** @param {string} words */
  call(words) {
    if (this.timer) return;
    this.own = this.page.title;
    this.page.title = words;
    this.timer = this.timers.set(() => {
      this.page.title = this.page.title === words ? this.own : words;
    }, BLINK_MS);
  }

  rest() {
    if (!this.timer) return;
    this.timers.clear(this.timer);
    this.timer = 0;
    this.page.title = this.own;
  }
}
