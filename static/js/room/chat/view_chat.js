// @ts-check
/** Draws the messages. Text that people typed becomes text nodes, never markup. */
import { fill, gettext, locale } from "../../lib/words.js";
import { pieces } from "./markup.js";
import { isHeaded } from "./thread.js";
import { part, put } from "../stage/view_stage.js";

const NEAR_PX = 80;
const still = () => gettext("Only the first frame of this moving picture was sent.");
const STATES = { kept: () => "", sending: () => gettext("Sending"), waiting: () => gettext("Not sent yet. We will keep trying."),
  refused: () => "", lost: () => "" };

/**
 * @typedef {import("./thread.js").Message} Message
 * @typedef {import("./thread.js").Thread} Thread
 * @typedef {{again: (id: string) => void, drop: (id: string) => void, pick: (id: string) => void}} Choices
 */

/** @param {string} tag @param {string} name @param {(Node | string)[]} children @returns {any} */
function make(tag, name, ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children);
  return element;
}

/** A name may be written in the other direction than the page. @param {string} name */
const isolated = (name) => make("bdi", "", name);

/** @param {Message["state"]} state @param {string} [file] its name @returns {string} */
function stateWords(state, file) {
  return file && state === "sending" ? fill(gettext("Uploading %(name)s"), { name: file }) : STATES[state]();
}

export class ChatView {
  /** @param {{name: string, thread: Thread, choices: Choices}} parts */
  constructor({ name, thread, choices }) {
    this.name = name;
    this.thread = thread;
    this.choices = choices;
    this.log = part("log");
    /** @type {Map<Message, HTMLElement>} */
    this.drawn = new Map();
    this.atEnd = true;
    this.log.addEventListener("scroll", () => (this.atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_PX));
    // The log may open or shrink, or a picture may load. If it was scrolled to the end, it stays there.
    this.log.addEventListener("load", () => this._follow(), true);
    new ResizeObserver(() => this._follow()).observe(this.log);
  }

  _follow() {
    if (this.atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  /** Draws the message again at its place, and leaves the others where they are. @param {Message} message */
  draw(message) {
    const element = this._element(message);
    this.drawn.get(message)?.remove();
    this.drawn.set(message, element);
    const before = this.thread.before(message);
    const neighbour = before && this.drawn.get(before);
    if (neighbour) neighbour.after(element);
    else this.log.querySelector(".sys").after(element);
    this.atEnd ||= message.state === "sending";
    this._follow();
  }

  /** @param {string} id of an own message that is not confirmed */
  remove(id) {
    const message = this.thread.find(id, this.thread.role);
    if (!message) return;
    this.drawn.get(message)?.remove();
    this.drawn.delete(message);
    this.thread.drop(id);
  }

  /** Announces the other side's message to screen readers, once. @param {Message} message */
  announce({ text, file }) {
    const words = text ? gettext("%(name)s wrote: %(text)s") : gettext("%(name)s sent a file: %(file)s");
    put("chat-heard", fill(words, { name: this.name, text, file: file?.name }));
  }

  /** Tells the sender that their animation was reduced to one picture. @param {Message} message */
  announceStill({ file }) {
    if (file?.first_frame) put("chat-heard", `${file.name}: ${still()}`);
  }

  /** @param {Message} message */
  _element(message) {
    const mine = message.from === this.thread.role;
    const element = make("div", mine ? "said mine" : "said");
    element.dataset.state = message.state;
    const look = isHeaded(this.thread.before(message), message) ? "from" : "sr";
    element.append(make("p", look, mine ? gettext("You") : isolated(this.name), ", ", time(message.at)));
    if (message.text) element.append(words(message.text));
    if (message.file) element.append(fileOf(message.file));
    else if (message.name) element.append(waitingFile(message.name, isWrong(message)));
    if (message.state !== "kept") element.append(this._state(message));
    return element;
  }

  /** @param {Message} message */
  _state(message) {
    const { id, state, text, words: why, name } = message;
    const line = make("p", isWrong(message) ? "state is-wrong" : "state", why || stateWords(state, name));
    if (!isWrong(message)) return line;
    line.setAttribute("role", "alert");
    const next = state === "lost" ? this._choice(gettext("Choose it again"), () => this.choices.pick(id))
      : this._choice(gettext("Try again"), () => this.choices.again(id));
    const back = state === "lost" && !text ? gettext("Close") : gettext("Take it back");
    line.append(next, this._choice(back, () => this.choices.drop(id)));
    return line;
  }

  /** @param {string} label @param {() => void} run */
  _choice(label, run) {
    const button = make("button", "text-link", label);
    button.type = "button";
    button.addEventListener("click", run);
    return button;
  }
}

/** @param {number} at */
function time(at) {
  const moment = new Date(at);
  const element = make("time", "", moment.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" }));
  element.dateTime = moment.toISOString();
  return element;
}

/** @param {string} text */
function words(text) {
  const drawers = { words: (/** @type {string} */ plain) => plain, link, code: (/** @type {string} */ code) => make("code", "", code), block };
  const element = make("div", "msg", ...pieces(text).flatMap((piece) => drawers[piece.kind](piece.text)));
  element.dir = "auto";
  return element;
}

/** @param {string} address */
function link(address) {
  const anchor = make("a", "", address);
  anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer nofollow";
  return anchor;
}

/** @param {string} code */
function block(code) {
  const lines = make("pre", "", make("code", "", code));
  lines.tabIndex = 0;
  const copy = make("button", "copy", gettext("Copy code"));
  copy.type = "button";
  copy.addEventListener("click", async () => {
    const done = await navigator.clipboard?.writeText(code).then(() => true, () => false);
    copy.textContent = done ? gettext("Copied") : gettext("Select the code and copy it");
  });
  return [lines, copy];
}

/** @param {import("./thread.js").File} file */
function fileOf(file) {
  const anchor = make("a", "file");
  anchor.href = file.url;
  anchor.target = "_blank";
  anchor.rel = "noopener";
  anchor.append(file.type === "application/pdf" ? part("file-sign").content.cloneNode(true) : picture(file));
  anchor.append(label(file.name, size(file.size), ...(file.first_frame ? [still()] : [])));
  return anchor;
}

/** @param {import("./thread.js").File} file */
function picture({ url, width, height }) {
  const image = make("img", "");
  Object.assign(image, { src: url, alt: "", loading: "lazy", width: width ?? 0, height: height ?? 0 });
  return image;
}

/** @param {string} name @param {boolean} wrong */
const waitingFile = (name, wrong) => make("p", "file", label(name, wrong ? gettext("not sent") : gettext("sending")));

/** @param {Message} message whether the person has to do something */
const isWrong = ({ state }) => state === "refused" || state === "lost";

/** @param {number} count */
export function showBadge(count) {
  part("unread").hidden = !count;
  put("unread", String(count));
  part("chat-open").setAttribute("aria-label", count ? fill(gettext("Chat, %(count)s new"), { count }) : gettext("Chat"));
}

/** @param {string} name @param {string[]} more */
const label = (name, ...more) => make("span", "", isolated(name), ...more.map((words) => make("small", "", words)));

/** @param {number} bytes */
export const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB`
  : `${(bytes / 1e6).toLocaleString(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MB`);
