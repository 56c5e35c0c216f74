// @ts-check
/** Changes devices during the call: with the menu, when one is unplugged or is back, and with *Try again*. */
import { match, options, THINGS } from "../../devices/list.js";
import { openOne } from "../../devices/open.js";
import { words } from "../../devices/problems.js";
import { canChooseSpeaker } from "../../devices/sound.js";
import { store } from "../../devices/store.js";
import { fill } from "../../devices/view_pickers.js";
import { missing } from "./open.js";
import { Plugs } from "./plugs.js";
import { part } from "../stage/view_stage.js";

const KIND = { camera: /** @type {const} */ ("video"), microphone: /** @type {const} */ ("audio") };
const INPUT = { video: "videoinput", audio: "audioinput" };

/** @param {import("../room.js").Room} room @returns {import("../hooks.js").Feature} */
export function menuFeature(room) {
  const menu = new Menu(room);
  return { contact: () => menu.refresh(), close: () => menu.close() };
}

class Menu {
  /** @param {import("../room.js").Room} room */
  constructor({ own, notes, stage }) {
    this.own = own;
    this.notes = notes;
    this.stage = stage;
    this.devices = navigator.mediaDevices;
    this.plugs = new Plugs({
      own,
      open: async (kind, id) => (this.devices ? openOne({ devices: this.devices, kind, id }) : { track: null, problem: "cannot" }),
      has: async (kind) => (await this.list()).some((one) => one.kind === INPUT[kind]),
      say: (text, again) => {
        notes.devices(text, again ? "again" : "");
        this.refresh();
      },
    });
    this.ends = new AbortController();
    this.listen();
  }

  listen() {
    const { signal } = this.ends;
    for (const thing of THINGS) {
      part(`menu-${thing}`).addEventListener("change", (/** @type {any} */ event) => this.choose(thing, event.target.value), { signal });
    }
    part("devices-again").addEventListener("click", () => this.again(), { signal });
    part("menu").addEventListener("toggle", () => this.refresh(), { signal });
    this.devices?.addEventListener("devicechange", () => this.plugs.changed().then(() => this.refresh()), { signal });
    this.speak(store.choice.speaker?.id ?? "");
  }

  /** @returns {Promise<MediaDeviceInfo[]>} */
  async list() {
    return (await this.devices?.enumerateDevices?.().catch(() => [])) ?? [];
  }

  async refresh() {
    const list = await this.list();
    for (const thing of THINGS) {
      const devices = options(list, thing);
      fill(part(`menu-${thing}`), devices, this.chosen(thing, list));
      part(`menu-${thing}`).disabled = !devices.length;
      part(`menu-${thing}-field`).hidden = thing === "speaker" && (!canChooseSpeaker() || !devices.length);
    }
  }

  /** @param {import("../../devices/list.js").Thing} thing @param {MediaDeviceInfo[]} list */
  chosen(thing, list) {
    const running = thing === "speaker" ? this.stage.other.sinkId : this.own.tracks[KIND[thing]]?.getSettings().deviceId;
    return running || match(store.choice[thing], list, thing)?.deviceId || "";
  }

  /** @param {import("../../devices/list.js").Thing} thing @param {string} id */
  async choose(thing, id) {
    const device = options(await this.list(), thing).find((one) => one.id === id);
    if (device) store.remember(thing, device);
    if (thing === "speaker") return this.speak(id);
    const problem = await this.plugs.choose(KIND[thing], id);
    if (problem) this.notes.devices(words(problem, thing, "room"), "again");
    this.refresh();
  }

  /** If the speaker is missing, the default one is used. @param {string} id */
  async speak(id) {
    if (id && canChooseSpeaker()) await this.stage.other.setSinkId(id).catch(() => {});
  }

  async again() {
    const result = await this.plugs.again();
    this.notes.devices(missing(result), "again");
    part("devices").hidden || part("devices-again").focus();
  }

  close() {
    this.ends.abort();
    part("menu").hidePopover();
  }
}
