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
    audio.loop = true;
    audio.muted = false;
    const plays = await play(audio);
    if (!this.ringing) this.quiet(audio);
    return plays;
  }

  /** Whether it should ring and does not: the browser refused, or something else stopped it. */
  get silent() {
    return this.ringing && Boolean(this.audio?.paused || this.audio?.ended);
  }

  stop() {
    this.ringing = false;
    if (this.audio) this.quiet(this.audio);
  }

  /**
   * Once through, for a person who wants to know whether they would hear it. False if nothing can be heard.
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
   * Within a click: play a moment of silence, so that a later ring is allowed.
   * @param {string} url
   */
  async unlock(url) {
    const audio = this.load(url);
    if (!audio || this.ringing || audio.paused === false) return;
    audio.muted = true;
    await play(audio); // refused: the popup offers a button for it
    if (!audio.muted) return; // meanwhile it was asked to be heard
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
 * @returns {Promise<boolean>} whether the browser lets it
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
 * In the page, so that whoever looks for what sounds there finds it.
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
