// @ts-check
// The ring of an incoming call. Browsers allow sound only after the person has touched the page once.

export class Ring {
  /** @param {(url: string) => HTMLAudioElement} [make] */
  constructor(make = (url) => new Audio(url)) {
    this.make = make;
    /** @type {HTMLAudioElement | null} */
    this.audio = null;
    this.ringing = false;
  }

  /** @param {string} url */
  load(url) {
    if (!this.audio && url) {
      this.audio = this.make(url);
      this.audio.loop = true;
      this.audio.preload = "auto";
    }
    return this.audio;
  }

  /**
   * Ring until `stop`. Resolves to false if the browser does not allow it yet.
   * @param {string} url
   * @returns {Promise<boolean>}
   */
  async start(url) {
    this.ringing = true;
    const audio = this.load(url);
    if (!audio) return false;
    try {
      audio.muted = false;
      await audio.play();
      if (!this.ringing) this.quiet(audio);
      return true;
    } catch {
      return false;
    }
  }

  stop() {
    this.ringing = false;
    if (this.audio) this.quiet(this.audio);
  }

  /**
   * Within a click: play a moment of silence, so that a later ring is allowed.
   * @param {string} url
   */
  async unlock(url) {
    const audio = this.load(url);
    if (!audio || this.ringing) return;
    audio.muted = true;
    try {
      await audio.play();
      if (!this.ringing) this.quiet(audio);
    } catch {
      // Not allowed: the popup offers a button for it.
    }
    audio.muted = false;
  }

  /** @param {HTMLAudioElement} audio */
  quiet(audio) {
    audio.pause();
    audio.currentTime = 0;
  }
}
