// @ts-check
// The ringtone of an incoming call. Browsers allow sound only after the first click or key press on a page.

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
      this.audio.preload = "auto";
    }
    return this.audio;
  }

  /**
   * Rings until `stop`. Resolves to false if the browser does not allow sound yet.
   * @param {string} url
   * @returns {Promise<boolean>}
   */
  async start(url) {
    this.ringing = true;
    const audio = this.load(url);
    if (!audio) return false;
    audio.loop = true;
    audio.muted = false;
    const plays = await play(audio);
    if (!this.ringing) this.quiet(audio);
    return plays;
  }

  /** Whether it should ring but does not, because the browser refused or something else stopped it. */
  get silent() {
    return this.ringing && Boolean(this.audio?.paused || this.audio?.ended);
  }

  stop() {
    this.ringing = false;
    if (this.audio) this.quiet(this.audio);
  }

  /**
   * Plays the ringtone once, so that the person knows whether they would hear it. Resolves to false if it cannot play.
   * @param {string} url
   * @returns {Promise<boolean>}
   */
  async test(url) {
    const audio = this.load(url);
    if (!audio) return false;
    if (this.ringing) return !this.silent;
    audio.loop = false;
    audio.muted = false;
    audio.currentTime = 0;
    return play(audio);
  }

  /**
   * Called within a click: plays a moment of silence, so that the browser allows a later ringtone.
   * @param {string} url
   */
  async unlock(url) {
    const audio = this.load(url);
    if (!audio || this.ringing || audio.paused === false) return;
    audio.muted = true;
    await play(audio); // if the browser refuses, the popup offers a button
    if (!audio.muted) return; // a ringtone or a test has started in the meantime
    this.quiet(audio);
    audio.muted = false;
  }

  /** @param {HTMLAudioElement} audio */
  quiet(audio) {
    audio.pause();
    audio.currentTime = 0;
  }
}

/**
 * @param {HTMLAudioElement} audio
 * @returns {Promise<boolean>} whether the browser allows it
 */
async function play(audio) {
  try {
    await audio.play();
    return true;
  } catch {
    return false;
  }
}

/**
 * Adds the audio element to the page, so that browser tools and tests can find it.
 * @param {Document} page
 * @returns {(url: string) => HTMLAudioElement}
 */
export function soundIn(page) {
  return (url) => {
    const audio = new Audio(url);
    audio.id = "ring-sound";
    page.body.append(audio);
    return audio;
  };
}
