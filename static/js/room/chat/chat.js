// @ts-check
/** The chat as a feature of the room: receives, sends and shows messages. */
import { fill, gettext } from "../../lib/words.js";
import { Badge } from "./badge.js";
import { Composer } from "./composer.js";
import { Files } from "./files.js";
import { Outbox } from "./outbox.js";
import { missed, newId, post } from "./post.js";
import { keep, recall, store } from "./store.js";
import { Thread } from "./thread.js";
import { Typing } from "./typing.js";
import { ChatView, showBadge } from "./view_chat.js";
import { part, put } from "../stage/view_stage.js";

const POLL_TICKS = 4; // seconds between polls while there is no socket
const ANNOUNCE_TYPING_MS = 30_000;

/** @typedef {import("../room.js").Room} Room */

class Chat {
  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.up = false;
    this.ticks = 0;
    this.openedAt = 0;
    this.announcedAt = -Infinity;
    const form = part("say");
    const key = `chat:${new URL(form.action).pathname}`;
    this.readKey = `${key}:read`;
    const { timers } = room;
    this.way = { fetch: (/** @type {string} */ url, /** @type {any} */ init) => fetch(url, init), url: form.action,
      token: form.querySelector("[name=csrfmiddlewaretoken]").value };
    this.thread = new Thread(room.role ?? "");
    this.view = new ChatView({ name: room.data.other ?? "", thread: this.thread,
      choices: { again: (id) => this.again(id), drop: (id) => this.drop(id), pick: (id) => this.drop(id, true) } });
    this.badge = new Badge({ page: document, show: (count) => showBadge(count) });
    this.typing = new Typing({ timers, tell: () => room.signal.send({ t: "typing" }),
      show: (on) => this.showTyping(on) });
    const send = (/** @type {any} */ message) => post(this.way, message);
    this.outbox = new Outbox({ key, store, newId, timers, send: (frame) => room.signal.send(frame), post: send,
      changed: (entry) => this.changed(entry), kept: (said) => this.said(said) });
    this.files = new Files({ key: `${key}:files`, store, newId, timers, post: send, changed: (parcel) => this.changed(parcel),
      kept: (kept) => this.take(kept) });
    this.composer = new Composer({ draftKey: `${key}:draft`, send: (text, files) => this.send(text, files),
      typed: () => this.typing.typed() });
    for (const own of [...this.outbox.entries, ...this.files.parcels]) this.pend(own);
    this.listen();
    if (this.files.parcels.length && !isSeen()) this.badge.add();
  }

  listen() {
    for (const id of ["chat-open", "chat-close"]) part(id).addEventListener("click", () => this.toggle());
    part("chat").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape" && part("chat").classList.contains("is-open")) this.toggle();
    });
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** @param {import("../connection/signal.js").Frame} frame */
  frame(frame) {
    if (frame.t === "text") this.take(/** @type {any} */ (frame));
    if (frame.t === "said") this.outbox.said(/** @type {any} */ (frame));
    if (frame.t === "unsaid") this.outbox.unsaid(/** @type {any} */ (frame));
    if (frame.t === "typing") this.typing.heard();
    if (frame.t === "hello") this.connected(frame.now);
  }

  /** @param {number} now the server's */
  connected(now) {
    this.openedAt ||= now;
    this.up = true;
    this.ask();
    this.outbox.turn(true);
    this.files.pump();
  }

  /** @param {boolean} up */
  socket(up) {
    if (up || !this.up) return;
    this.up = false;
    this.outbox.turn(false);
  }

  /** Asks for every message that this page does not have. */
  ask() {
    this.room.signal.send({ t: "chat_after", n: this.thread.asked() });
  }

  /** Without a socket, plain requests fetch the other side's messages. */
  async tick() {
    this.ticks += 1;
    if (this.up || this.ticks % POLL_TICKS) return;
    this.outbox.pump();
    try {
      for await (const kept of missed(this.way, this.thread.last)) this.take(kept);
    } catch {
      // The server is not answering; the next poll tries again.
    }
  }

  /** @param {import("./thread.js").Kept} kept */
  take(kept) {
    const { message, fresh, more } = this.thread.take(kept);
    if (more) this.ask();
    if (!fresh) return;
    this.view.draw(message);
    const own = message.from === this.thread.role;
    if (own && message.at >= this.openedAt) this.view.announceStill(message);
    if (own) this.files.drop(kept.id);
    if (own) return this.outbox.said(kept);
    this.typing.arrived();
    // Older messages are not announced: screen readers find them in the log.
    if (message.at >= this.openedAt) this.view.announce(message);
    if (!isSeen() && message.n > Number(recall(this.readKey))) this.badge.add();
    this.look();
  }

  /** Visible messages are marked as read, and stay so after a reload. */
  look() {
    if (!isSeen()) return;
    this.badge.clear();
    keep(this.readKey, String(this.thread.last));
  }

  /** @param {boolean} on */
  showTyping(on) {
    const words = on ? fill(gettext("%(name)s is typing"), { name: this.room.data.other }) : "";
    put("chat-typing", words);
    if (!on || this.room.timers.now() - this.announcedAt < ANNOUNCE_TYPING_MS) return;
    this.announcedAt = this.room.timers.now();
    put("chat-heard", words);
  }

  /** @param {import("./outbox.js").Said} said */
  said({ id, n, at }) {
    const message = this.thread.said(id, n, at);
    if (message) this.view.draw(message);
  }

  /** @param {string} text @param {import("./files.js").Picked[]} files */
  send(text, files) {
    this.typing.sent();
    // The text is sent with the first file, or alone if there is no file.
    files.forEach((file, index) => this.pend(this.files.give(file, index ? "" : text)));
    if (!files.length) this.pend(this.outbox.add(text));
  }

  /** @param {import("./outbox.js").Entry | import("./files.js").Parcel} own */
  pend(own) {
    this.thread.pend(own);
    this.changed(own);
  }

  /** @param {import("./outbox.js").Entry | import("./files.js").Parcel} own */
  changed(own) {
    const message = this.thread.find(own.id, this.thread.role);
    if (!message || message.state === "kept") return;
    Object.assign(message, { state: own.state, words: own.words });
    this.view.draw(message);
  }

  /** @param {string} id */
  again(id) {
    this.outbox.again(id);
    this.files.again(id);
  }

  /** @param {string} id @param {boolean} [choose] whether to ask for the file again, after a reload has lost it */
  drop(id, choose = false) {
    const text = this.files.find(id)?.text ?? this.outbox.drop(id);
    this.files.drop(id);
    this.view.remove(id);
    this.composer.takeBack(text);
    if (choose) this.composer.picker.click();
  }

  toggle() {
    const open = part("chat").classList.toggle("is-open");
    part("chat-open").setAttribute("aria-expanded", String(open));
    part(open ? "say-text" : "chat-open").focus();
    this.look();
  }

  close() {
    this.outbox.stop();
    this.files.stop();
  }
}

/** Whether the messages are visible now. */
const isSeen = () => part("chat").checkVisibility() && !document.hidden;

/** @param {Room} room @returns {import("../hooks.js").Feature} */
export function chatFeature(room) {
  const chat = new Chat(room);
  return { frame: (frame) => chat.frame(frame), up: (up) => chat.socket(up), tick: () => void chat.tick(), close: () => chat.close() };
}
