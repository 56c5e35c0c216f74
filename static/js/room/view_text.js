// @ts-check
/** The plain line of text over the data channel. */
import { part } from "./view_stage.js";

/** The written line beside the video. */
export class Text {
  /** @param {{name: string, say: (text: string) => boolean}} parts */
  constructor({ name, say }) {
    this.name = name;
    this.unread = 0;
    const form = part("say");
    form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this._send(say);
    });
    for (const id of ["chat-open", "chat-close"]) part(id).addEventListener("click", () => this._toggle());
  }

  /** @param {string} text @param {"mine" | "other" | "sys"} whose */
  add(text, whose) {
    const line = document.createElement("p");
    line.className = { mine: "msg mine", other: "msg", sys: "sys" }[whose];
    const speaker = document.createElement("span");
    speaker.className = "sr";
    speaker.textContent = { mine: "You: ", other: `${this.name}: `, sys: "" }[whose];
    line.append(speaker, text);
    part("log").append(line);
    line.scrollIntoView({ block: "nearest" });
    if (whose === "other") this._count();
  }

  /** @param {(text: string) => boolean} say */
  _send(say) {
    const field = part("say-text");
    const text = field.value.trim();
    if (!text) return;
    if (!say(text)) return this.add("Not sent: you two are not connected at the moment.", "sys");
    this.add(text, "mine");
    field.value = "";
  }

  _toggle() {
    const open = part("chat").classList.toggle("is-open");
    part("chat-open").setAttribute("aria-expanded", String(open));
    part(open ? "say-text" : "chat-open").focus();
    this.unread = 0;
    this._badge();
  }

  _count() {
    if (part("chat").checkVisibility()) return;
    this.unread += 1;
    this._badge();
  }

  _badge() {
    part("unread").hidden = !this.unread;
    part("unread").textContent = String(this.unread);
    part("chat-open").setAttribute("aria-label", this.unread ? `Chat, ${this.unread} new` : "Chat");
  }
}

/** @param {import("./room.js").Room} room */
export function textFeature(room) {
  const text = new Text({ name: room.data.other, say: (words) => room.clock.state === "live" && room.line.say(words) });
  room.said = (words) => text.add(words, "other");
  return {};
}
