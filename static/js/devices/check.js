// @ts-check
/** Starts a device check: call `mountDeviceCheck(root)`, and `stop()` on its result when the root is removed. */
import { Hearing } from "./level.js";
import { Probe } from "./probe.js";
import { Meter, playTone } from "./sound.js";
import { store } from "./store.js";
import { CheckPage } from "./view_check.js";

/** @typedef {{stop: () => void}} Mounted */

/** @type {WeakMap<HTMLElement, Mounted>} */
const mounted = new WeakMap();

/**
 * No device opens before a press, unless `data-auto="yes"` is set and the browser needs no permission prompt.
 * The root fires `device-result` whenever the result for the camera or the microphone changes.
 * @param {HTMLElement} root the element of sessions_app/_device_check.html @returns {Mounted}
 */
export function mountDeviceCheck(root) {
  const known = mounted.get(root);
  if (known) return known;
  const check = new Check(root);
  mounted.set(root, check);
  check.start();
  return check;
}

class Check {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.page = new CheckPage(root);
    this.hearing = new Hearing({ now: () => performance.now() });
    this.meter = new Meter((level) => this.page.heard(this.hearing.take(level), level));
    /** @type {MediaStreamTrack | null} */
    this.listened = null;
    this.probe = new Probe({
      devices: navigator.mediaDevices, secure: isSecureContext, permissions: navigator.permissions, store,
      draw: (state) => this.draw(state),
      result: (detail) => root.dispatchEvent(new CustomEvent("device-result", { bubbles: true, detail })),
    });
    this.ends = new AbortController();
  }

  async start() {
    this.listen();
    const free = await this.probe.look();
    if (free && this.root.dataset.auto === "yes" && this.root.isConnected) this.probe.open();
  }

  listen() {
    const { signal } = this.ends;
    const on = (/** @type {string} */ name, /** @type {string} */ event, /** @type {(event: any) => void} */ run) =>
      this.page.part(name).addEventListener(event, run, { signal });
    on("begin", "click", () => this.press(() => this.probe.open()));
    on("again", "click", () => this.probe.open());
    on("close", "click", () => this.press(() => this.probe.close()));
    for (const thing of /** @type {const} */ (["camera", "microphone", "speaker"])) {
      on(`${thing}-select`, "change", (event) => this.probe.choose(thing, event.target.value));
    }
    on("tone", "click", () => this.tone());
    navigator.mediaDevices?.addEventListener("devicechange", () => this.probe.changed(), { signal });
    addEventListener("pagehide", () => this.probe.close(), { signal });
  }

  /** The pressed button is hidden, so the button that replaces it gets the focus. @param {() => void} run */
  press(run) {
    run();
    this.page.part(this.probe.state.phase === "closed" ? "begin" : "close").focus();
  }

  /** @param {import("./probe.js").State} state */
  draw(state) {
    this.page.draw(state);
    if (state.microphone.track === this.listened) return;
    this.listened = state.microphone.track;
    this.hearing.begin();
    this.meter.listen(this.listened);
  }

  async tone() {
    const button = this.page.part("tone");
    button.disabled = true;
    await playTone(this.probe.state.chosen.speaker).catch(() => {});
    button.disabled = false;
  }

  stop() {
    this.ends.abort();
    this.probe.close();
    this.meter.stop();
    mounted.delete(this.root);
  }
}
