// @ts-check
/** The message field: keys, pasted and dropped files, and a draft that survives a reload. */
import { fill, gettext } from "../../lib/words.js";
import { problemOf } from "./files.js";
import { keep, recall } from "./store.js";
import { part, put } from "../stage/view_stage.js";

/**
 * @typedef {import("./files.js").Picked} Picked
 * @typedef {{draftKey: string, send: (text: string, files: Picked[]) => void, typed: () => void}} Parts
 */

export class Composer {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.form = part("say");
    this.field = part("say-text");
    this.picker = part("say-file");
    /** @type {Picked[]} */
    this.chosen = [];
    this.field.value ||= recall(parts.draftKey);
    this.form.addEventListener("submit", (/** @type {Event} */ event) => this._submit(event));
    this.field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this._key(event));
    this.field.addEventListener("input", () => this._typed());
    this.field.addEventListener("paste", (/** @type {ClipboardEvent} */ event) => this._pasted(event));
    this.picker.addEventListener("change", () => this._picked());
    this._listenForDrops(part("chat"));
  }

  /** Puts a text that was not sent back into the field. @param {string} text */
  takeBack(text) {
    this.field.value = [text, this.field.value].filter(Boolean).join("\n");
    this.field.focus();
    this._typed();
  }

  /** @param {string} words what went wrong, or nothing */
  problem(words) {
    part("chat-problem").hidden = !words;
    put("chat-problem", words);
  }

  /** Chooses files, and says which ones cannot be sent. @param {Iterable<Picked>} files */
  choose(files) {
    const largest = Number(this.form.dataset.largest);
    const problems = [];
    for (const file of files) {
      const problem = problemOf(file, largest);
      if (problem) problems.push(problem);
      else this.chosen.push(file);
    }
    this.problem(problems.join(" "));
    this._showChosen();
  }

  /** @param {Event} event */
  _submit(event) {
    event.preventDefault();
    const text = this.field.value.replace(/^\n+|\s+$/g, "");
    if (!text && !this.chosen.length) return;
    const [length, longest] = [[...text].length, Number(this.form.dataset.longest)];
    if (length > longest) {
      return this.problem(fill(gettext("Your message is %(length)s characters long. Keep it to %(longest)s, or send it in two parts."), { length, longest }));
    }
    const files = this.chosen;
    this.chosen = [];
    this.field.value = "";
    this.problem("");
    this._typed(false);
    this._showChosen();
    this.parts.send(text, files);
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    // In Chinese or Japanese input, Enter also confirms a word: that one must not send the message.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  _typed(tell = true) {
    keep(this.parts.draftKey, this.field.value);
    if (tell && this.field.value) this.parts.typed();
  }

  /** @param {ClipboardEvent} event */
  _pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.choose(files);
  }

  _picked() {
    this.choose([...this.picker.files]);
    this.picker.value = "";
    this.field.focus();
  }

  /** @param {HTMLElement} chat */
  _listenForDrops(chat) {
    const carries = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
    chat.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      chat.classList.add("is-dropping");
    });
    chat.addEventListener("dragleave", () => chat.classList.remove("is-dropping"));
    chat.addEventListener("drop", (event) => {
      chat.classList.remove("is-dropping");
      if (!carries(event)) return;
      event.preventDefault();
      this.choose([...(event.dataTransfer?.files ?? [])]);
    });
  }

  _showChosen() {
    part("chat-chosen").replaceChildren(...this.chosen.map((file) => this._chip(file)));
    part("chat-chosen").hidden = !this.chosen.length;
  }

  /** @param {Picked} file */
  _chip(file) {
    const chip = document.createElement("li");
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "text-link";
    remove.textContent = gettext("Remove");
    remove.setAttribute("aria-label", fill(gettext("Remove %(name)s"), { name: file.name }));
    remove.addEventListener("click", () => {
      this.chosen = this.chosen.filter((one) => one !== file);
      this._showChosen();
      this.field.focus();
    });
    const name = document.createElement("bdi");
    name.textContent = file.name;
    chip.append(name, remove);
    return chip;
  }
}
