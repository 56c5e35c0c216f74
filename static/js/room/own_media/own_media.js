// @ts-check
/** What this person sends: microphone, camera or screen, each on or off. Tells the other side about changes. */

/**
 * @typedef {{mic: boolean, cam: boolean, screen: boolean, spare: boolean}} Media sent to the other side;
 *   `spare` asks it to send no video
 * @typedef {"audio" | "video"} Kind
 * @typedef {{replace: (kind: string, track: MediaStreamTrack | null) => void}} Sender
 */

export class Own {
  /**
   * @param {{stream: MediaStream, tell: (media: Media) => void}} parts
   *   `stream` contains the tracks that are sent now; a new peer connection starts with it
   */
  constructor({ stream, tell }) {
    this.stream = stream;
    /** Called after every change. @type {(() => void)[]} */
    this.drawn = [];
    this._tell = tell;
    /** @type {Record<Kind, MediaStreamTrack | null>} */
    this.tracks = { audio: null, video: null };
    /** @type {MediaStreamTrack | null} */
    this.screen = null;
    this.on = { audio: true, video: true };
    this.spare = { mine: false, theirs: false };
    /** @type {Sender | null} */
    this.peer = null;
    this.ready = false;
    this.stopped = false;
    this.lost = (/** @type {Kind} */ _kind, /** @type {string} */ _label) => {};
    this.unshared = () => {};
  }

  /** Whether video is off because the connection of one side is poor. */
  get spared() {
    return this.spare.mine || this.spare.theirs;
  }

  /** @returns {Media} */
  get media() {
    return {
      mic: Boolean(this.tracks.audio) && this.on.audio,
      cam: Boolean(this.tracks.video) && this.on.video && !this.spared,
      screen: Boolean(this.screen) && !this.spared,
      spare: this.spare.mine,
    };
  }

  tell() {
    if (this.ready && !this.stopped) this._tell(this.media);
  }

  /** The devices have been opened, as far as possible. @param {Record<Kind, MediaStreamTrack | null>} tracks */
  begin({ audio, video }) {
    this.ready = true;
    this.take("audio", audio);
    this.take("video", video);
  }

  /** Sends this device from now on, or none. @param {Kind} kind @param {MediaStreamTrack | null} track */
  take(kind, track) {
    if (this.stopped) return track?.stop();
    const before = this.tracks[kind];
    if (before && before !== track) end(before);
    this.tracks[kind] = track;
    if (track) {
      track.enabled = this.on[kind];
      // The device was unplugged or taken by the system. Tracks that we stop ourselves do not fire this.
      track.onended = () => this._gone(kind, track);
    }
    this._apply();
  }

  /** @param {Kind} kind */
  toggle(kind) {
    this.on[kind] = !this.on[kind];
    const track = this.tracks[kind];
    if (track) track.enabled = this.on[kind];
    this._apply();
  }

  /** Sends this screen instead of the camera; null returns to the camera. @param {MediaStreamTrack | null} track */
  share(track) {
    if (this.stopped) return track?.stop();
    if (this.screen) end(this.screen);
    this.screen = track;
    if (track) track.onended = () => this._unshare();
    this._apply();
  }

  /** Turns video off because of a poor connection, or on again. @param {"mine" | "theirs"} whose @param {boolean} on */
  setSpare(whose, on) {
    if (this.spare[whose] === on) return;
    this.spare[whose] = on;
    this._apply();
  }

  /** Stops everything for good, because the call is over on this page. */
  stop() {
    this.stopped = true;
    for (const track of [this.tracks.audio, this.tracks.video, this.screen]) if (track) end(track);
    this.tracks = { audio: null, video: null };
    this.screen = null;
    this._draw();
  }

  /** @param {Kind} kind @param {MediaStreamTrack} track */
  _gone(kind, track) {
    this.take(kind, null);
    this.lost(kind, track.label);
  }

  /** The person stopped sharing in the browser's own bar. */
  _unshare() {
    this.share(null);
    this.unshared();
  }

  _apply() {
    this._send("audio", this.tracks.audio);
    this._send("video", this.spared ? null : (this.screen ?? this.tracks.video));
    this._draw();
    this.tell();
  }

  _draw() {
    for (const draw of this.drawn) draw();
  }

  /** @param {Kind} kind @param {MediaStreamTrack | null} track */
  _send(kind, track) {
    const before = this.stream.getTracks().find((one) => one.kind === kind) ?? null;
    if (before === track) return;
    if (before) this.stream.removeTrack(before);
    if (track) this.stream.addTrack(track);
    this.peer?.replace(kind, track);
  }
}

/** @param {MediaStreamTrack} track */
function end(track) {
  track.onended = null;
  track.stop();
}
