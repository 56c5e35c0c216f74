// @ts-check
// The live page: one socket, versioned pieces, popups, countdowns, and polling where sockets are blocked.
import { socketAddress } from "../lib/address.js";
import { ServerClock } from "../lib/server_time.js";
import { learn, startCountdowns } from "../ringing/countdown.js";
import { have, leftOut, parse, replace } from "./elements.js";
import { eyesOf } from "../ringing/eyes.js";
import { Fallback } from "./fallback.js";
import { addToken, process, token } from "../site/forms.js";
import { startKeys } from "../ringing/keys.js";
import { Lookout } from "../ringing/lookout.js";
import { Notifier } from "../ringing/notify.js";
import { Popups, PREFIX } from "../ringing/popup.js";
import { LiveSocket } from "./socket.js";
import { Ring, soundIn } from "../ringing/sound.js";
import { Title } from "../ringing/title.js";

const RELOAD_EVERY_MS = 30000;
const RELOAD_AFTER_MS = 2000;

export class LivePage {
  /** @param {Document} page */
  constructor(page) {
    this.page = page;
    this.clock = new ServerClock();
    this.watched = "";
    this.leaving = false;
    /** When an ordinary request was last answered. @type {number | null} */
    this.polledAt = null;
    this.ring = new Ring(soundIn(page));
    this.eyes = eyesOf(page);
    this.popups = new Popups({
      page,
      ring: this.ring,
      title: new Title(page),
      notifier: new Notifier({ watched: () => this.eyes.any() }),
      send: (frame, dialog) => this.tell(frame, dialog),
      prepare: (el) => this.prepare(el),
    });
    this.fallback = new Fallback({ page, ask: () => this.poll() });
    this.lookout = new Lookout({ page, clock: this.clock, ask: () => this.lookAgain() });
    this.socket = new LiveSocket({
      open: () => new WebSocket(this.address()),
      hello: () => this.hello(),
      frame: (frame) => this.heard(frame),
      state: (state, failures) => this.state(state, failures),
      reload: () => this.reload(),
    });
  }

  start() {
    startCountdowns(this.page, this.clock);
    setInterval(() => this.popups.tick(this.clock.now()), 1000);
    startKeys(this.page);
    this.popups.start();
    this.eyes.start(async () => this.popups.watched(await this.eyes.any()));
    this.socket.start();
    this.lookout.start();
    this.page.addEventListener("htmx:afterSettle", () => this.watchAgain());
    addEventListener("online", () => this.socket.nudge());
    addEventListener("pageshow", () => {
      this.leaving = false;
      this.socket.nudge();
    });
    this.page.addEventListener("visibilitychange", () => {
      if (this.page.visibilityState === "visible") this.socket.nudge();
    });
  }

  address() {
    return socketAddress(this.page.body.dataset.live ?? "", this.page);
  }

  /** The topics that the page shows. A list that htmx has swapped in declares its own; otherwise the body does. */
  shown() {
    const list = this.page.querySelector("main [data-topics]");
    const { topics = "", sig = "" } = (list instanceof HTMLElement ? list : this.page.body).dataset;
    return { topics, sig };
  }

  hello() {
    const { topics, sig } = this.shown();
    this.watched = sig;
    return { t: "watch", topics: topics.split(" ").filter(Boolean), sig, have: have(this.page) };
  }

  /** htmx has swapped in another page of a list, which shows other people. */
  watchAgain() {
    if (this.watched && this.watched !== this.shown().sig) this.socket.send(this.hello());
  }

  /** News can get lost although the socket works, so this asks the server for everything newer than our versions. */
  lookAgain() {
    if (this.leaving) return;
    if (this.fallback.on) this.poll().catch(() => {});
    else if (this.watched) this.socket.send(this.hello());
  }

  /** @param {any} frame */
  heard(frame) {
    if (frame.t === "snap" || frame.t === "html") this.show(frame);
    if (frame.t === "snap") this.popups.again();
    if (frame.t === "go") this.go(frame);
  }

  /** @param {{ els: import("./elements.js").Piece[], only: Record<string, string[]> }} frame */
  show(frame) {
    for (const piece of frame.els) {
      const known = this.page.getElementById(piece.id);
      if (known) this.swap(piece);
      else if (piece.id.startsWith(PREFIX)) this.popupFrom(piece);
    }
    for (const element of leftOut(this.page, frame.only ?? {})) {
      if (element.closest("#requests")) this.popups.remove(/** @type {HTMLElement} */ (element));
    }
  }

  /** @param {import("./elements.js").Piece} piece */
  swap(piece) {
    if (!replace(this.page, piece, (el) => this.prepare(el))) return;
    this.page.dispatchEvent(new CustomEvent("live-changed", { detail: { id: piece.id } }));
  }

  /** @param {import("./elements.js").Piece} piece */
  popupFrom(piece) {
    const fresh = parse(this.page, piece.html);
    if (fresh) this.popups.add(fresh);
  }

  /** @param {Element} element that the server has just rendered */
  prepare(element) {
    learn(element, this.clock);
    addToken(this.page, element);
    process(element);
  }

  /** @param {{ url: string, id: string, state: string }} frame */
  go(frame) {
    const element = this.page.getElementById(frame.id);
    if (this.leaving || element?.getAttribute("data-state") !== frame.state) return;
    this.leaving = true; // a second assign would start the loading of the next page again
    location.assign(frame.url);
  }

  /**
   * @param {"open" | "lost" | "stopped"} state
   * @param {number} failures
   */
  state(state, failures) {
    this.page.documentElement.dataset.liveState = state;
    this.fallback.state(state, failures);
    this.page.dispatchEvent(new CustomEvent("live-state"));
  }

  /**
   * Sends an acknowledgement over the socket, or with an ordinary request where sockets are blocked.
   * @param {any} frame
   * @param {HTMLElement} dialog
   */
  tell(frame, dialog) {
    if (this.socket.send(frame) || !this.fallback.on || !dialog.dataset.tell) return;
    const headers = { "X-CSRFToken": token(this.page) };
    fetch(dialog.dataset.tell, { method: "POST", headers, body: new URLSearchParams({ t: frame.t }) }).catch(() => {});
  }

  /** Checks the connection, for a page whose person is waiting for calls. */
  check() {
    if (!this.fallback.on) this.socket.prove();
  }

  /** When the server last answered, in milliseconds of this machine's monotonic clock. */
  get checkedAt() {
    const { heardAt } = this.socket;
    return heardAt === null || this.polledAt === null ? (heardAt ?? this.polledAt) : Math.max(heardAt, this.polledAt);
  }

  /** The person signed in or out elsewhere: reload, but never in a loop. @returns {boolean} whether it will */
  reload() {
    const last = Number(sessionStorage.getItem("live-reload") ?? 0);
    if (Date.now() - last < RELOAD_EVERY_MS) return false;
    sessionStorage.setItem("live-reload", String(Date.now()));
    setTimeout(() => location.reload(), RELOAD_AFTER_MS); // this tab may be leaving the page already
    return true;
  }

  /** Fetches the same frames with an ordinary request. The server answers as it does to a `watch`. */
  async poll() {
    const answer = await fetch(`${this.page.body.dataset.src}?${new URLSearchParams({ ...this.shown(), language: this.page.documentElement.lang })}`);
    if (!answer.ok) throw new Error(String(answer.status));
    this.polledAt = performance.now();
    for (const frame of await answer.json()) this.heard(frame);
  }
}
