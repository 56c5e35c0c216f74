// @ts-check
/** Starts the call on the room's page and listens to its buttons. */
import { Exits } from "./exits.js";
import { features } from "./features.js";
import { Room } from "./room.js";
import { part } from "./stage/view_stage.js";

/** @param {Room} room */
function listen(room) {
  waysOut(room);
  addEventListener("online", () => room.signal.wake());
  document.addEventListener("visibilitychange", () => document.hidden || room.signal.wake());
  addEventListener("pagehide", () => room.signal.send({ t: "leave" }));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  part("ask-end").addEventListener("click", () => room.notes.askEnd(room.clock.state));
  part("keep-talking").addEventListener("click", () => part("confirm-end").close());
  part("use-here").addEventListener("click", () => location.reload());
  part("return").addEventListener("click", () => room.begin());
}

/** @param {Room} room */
function waysOut(room) {
  const exits = new Exits({ fetch: (url, init) => fetch(url, init), go: (url) => location.assign(url),
    reload: () => room.reload(), unsaved: (words) => room.notes.unsaved(words) });
  for (const form of [part("leave-form"), part("end-form")]) {
    form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      exits.take({ action: form.action, body: new FormData(form) });
    });
  }
}

const room = new Room({ features });
listen(room);
if (room.data.left !== "yes") room.begin();
else room.watch();
