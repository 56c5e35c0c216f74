// @ts-check
/** The check before a call: it opens, switches and closes devices, and knows which of them work. */
import { match, options, THINGS } from "./list.js";
import { openBoth, openOne } from "./open.js";

/**
 * @typedef {import("./list.js").Thing} Thing
 * @typedef {import("./list.js").Device} Device
 * @typedef {import("./problems.js").Problem} Problem
 * @typedef {import("./open.js").Opened} Opened
 * @typedef {{phase: "closed" | "asking" | "open", camera: Opened, microphone: Opened,
 *   lists: Record<Thing, Device[]>, chosen: Record<Thing, string>, gone: string[]}} State
 */

const EVENT_WORDS = { "": "ok", blocked: "blocked", "in-use": "in-use", none: "none", insecure: "cannot", cannot: "cannot" };
const INPUTS = /** @type {const} */ (["camera", "microphone"]);
const KIND = { camera: /** @type {const} */ ("video"), microphone: /** @type {const} */ ("audio") };

/** @returns {Opened} */
const nothing = () => ({ track: null, problem: "" });

export class Probe {
  /**
   * @param {{devices: any, secure: boolean, permissions: Permissions | undefined, store: import("./store.js").Store,
   *   draw: (state: State) => void, result: (result: {camera: string, microphone: string}) => void}} parts
   */
  constructor({ devices, secure, permissions, store, draw, result }) {
    this.secure = secure;
    this.permissions = permissions;
    this.draw = draw;
    this.result = result;
    this.devices = devices;
    this.store = store;
    this.told = "";
    this.turn = 0;
    /** @type {State} */
    this.state = { phase: "closed", camera: nothing(), microphone: nothing(),
      lists: { camera: [], microphone: [], speaker: [] }, chosen: { camera: "", microphone: "", speaker: "" }, gone: [] };
  }

  /** Finds out what it can without opening a device. @returns {Promise<boolean>} whether opening needs no prompt */
  async look() {
    if (!this.devices?.getUserMedia) return this._cannot(this.secure ? "cannot" : "insecure");
    const answers = [await this._permission("camera"), await this._permission("microphone")];
    await this.refresh();
    const known = (/** @type {Thing} */ thing, /** @type {string} */ answer) =>
      answer === "denied" ? "blocked" : this.state.lists[thing].length ? "ok" : "none";
    if (!answers.includes("prompt")) this._say({ camera: known("camera", answers[0]), microphone: known("microphone", answers[1]) });
    return answers.every((one) => one === "granted");
  }

  async open() {
    const turn = this._begin();
    // A press always reports its result, even an unchanged one: a listener may have been added after the first report.
    this.told = "";
    const { audio, video } = await openBoth({ devices: this.devices, secure: this.secure, choice: this.store.choice });
    // The check was closed or opened again in the meantime: devices that open late must not stay on.
    if (turn !== this.turn) return stop(audio, video);
    Object.assign(this.state, { phase: "open", camera: video, microphone: audio });
    await this.refresh();
    this._report();
    this._watch();
  }

  /** A device was plugged in or unplugged: open again whatever has stopped or was missing. */
  async changed() {
    const { turn } = this;
    const list = (await this.devices?.enumerateDevices?.().catch(() => [])) ?? [];
    for (const thing of INPUTS) {
      const { track, problem } = this.state[thing];
      const isWanted = track ? track.readyState === "ended" : problem === "none" && options(list, thing).length;
      if (this.state.phase !== "open" || !isWanted) continue;
      const opened = await openOne({ devices: this.devices, kind: KIND[thing] });
      if (turn !== this.turn) return stop(opened);
      this._take(thing, opened);
    }
    await this.refresh();
    if (this.state.phase === "open") this._report();
    this._watch();
  }

  /** @param {Thing} thing @param {string} id */
  async choose(thing, id) {
    const device = this.state.lists[thing].find((one) => one.id === id);
    if (device) this.store.remember(thing, device);
    if (thing === "speaker") {
      this.state.chosen.speaker = id;
      return this.draw(this.state);
    }
    stop(this.state[thing]);
    const turn = this.turn;
    const opened = await openOne({ devices: this.devices, kind: KIND[thing], id });
    if (turn !== this.turn) return stop(opened);
    this._take(thing, opened);
    await this.refresh();
    this._report();
    this._watch();
  }

  /** Reads the lists again: the names are known only after a permission. */
  async refresh() {
    const list = (await this.devices?.enumerateDevices?.().catch(() => [])) ?? [];
    for (const thing of THINGS) {
      this.state.lists[thing] = options(list, thing);
      this.state.chosen[thing] = this._chosen(thing, list);
    }
    this.state.gone = this.state.phase === "open" ? this._gone(list) : [];
    this.draw(this.state);
  }

  close() {
    this.turn += 1;
    stop(this.state.camera, this.state.microphone);
    Object.assign(this.state, { phase: "closed", camera: nothing(), microphone: nothing(), gone: [] });
    this.draw(this.state);
  }

  /** Two requests at once open a device twice, so the earlier one is stopped.
   * @param {"camera" | "microphone"} thing @param {Opened} opened */
  _take(thing, opened) {
    stop(this.state[thing]);
    this.state[thing] = opened;
  }

  _watch() {
    for (const thing of INPUTS) {
      const { track } = this.state[thing];
      if (track) track.onended = () => this.changed();
    }
  }

  /** @returns {number} */
  _begin() {
    stop(this.state.camera, this.state.microphone);
    this.state.phase = "asking";
    this.draw(this.state);
    return (this.turn += 1);
  }

  /** @param {Thing} thing @param {MediaDeviceInfo[]} list */
  _chosen(thing, list) {
    const running = thing === "speaker" ? undefined : this.state[thing].track?.getSettings().deviceId;
    return running ?? match(this.store.choice[thing], list, thing)?.deviceId ?? this.state.lists[thing][0]?.id ?? "";
  }

  /** Names of remembered devices that are no longer connected. @param {MediaDeviceInfo[]} list */
  _gone(list) {
    const lost = THINGS.filter((thing) => this.store.choice[thing] && this.state.lists[thing].length && !match(this.store.choice[thing], list, thing));
    return lost.map((thing) => this.store.choice[thing]?.label ?? thing);
  }

  /** @param {"camera" | "microphone"} name @returns {Promise<string>} */
  async _permission(name) {
    try {
      return (await this.permissions?.query({ name: /** @type {any} */ (name) }))?.state ?? "prompt";
    } catch {
      return "prompt";
    }
  }

  /** @param {Problem} problem @returns {false} */
  _cannot(problem) {
    Object.assign(this.state, { phase: "open", camera: { track: null, problem }, microphone: { track: null, problem } });
    this.draw(this.state);
    this._report();
    return false;
  }

  _report() {
    const { camera, microphone } = this.state;
    this._say({ camera: EVENT_WORDS[camera.problem], microphone: EVENT_WORDS[microphone.problem] });
  }

  /** Reports a result only if it changed. @param {{camera: string, microphone: string}} result */
  _say(result) {
    const words = JSON.stringify(result);
    if (words === this.told) return;
    this.told = words;
    this.result(result);
  }
}

/** @param {Opened[]} opened */
function stop(...opened) {
  for (const { track } of opened) {
    if (!track) continue;
    track.onended = null;
    track.stop();
  }
}
