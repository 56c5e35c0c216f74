// @ts-check
/** Measures the connection quality, and offers sound only where it is poor. */
import { fill, gettext } from "../../lib/words.js";
import { Quality, sample } from "./quality.js";
import { Spare } from "./sound_only.js";
import { part, put } from "../stage/view_stage.js";

const EVERY = 2;

/** @param {import("../room.js").Room} room @returns {import("../hooks.js").Feature} */
export function lineFeature(room) {
  const quality = new Quality();
  const spare = new Spare({ own: room.own, now: () => performance.now() });
  /** @type {RTCPeerConnection | null} */
  let connection = null;
  let seconds = 0;
  const measure = async () => {
    const from = connection;
    const reports = await from?.getStats().catch(() => null);
    if (!reports || from !== connection) return;
    const { grade, rtt, loss } = quality.take(sample(reports.values(), performance.now()));
    if (grade !== room.grade) room.signal.send({ t: "health", ice: from?.connectionState, rtt: rtt && Math.round(rtt), loss: Math.round(loss) });
    room.grade = grade;
  };
  const show = () => draw(spare.shown, room.data.other ?? "");
  room.own.drawn.push(show);
  for (const [id, run] of /** @type {[string, () => void][]} */ ([["spare-yes", () => spare.accept()],
    ["spare-no", () => spare.refuse()], ["spare-back", () => spare.back()], ["sound-only", () => (room.own.spare.mine ? spare.back() : spare.accept())]])) {
    part(id).addEventListener("click", () => press(id, run, show));
  }
  return {
    peer: ({ pc }) => {
      connection = pc;
      quality.begin();
    },
    tick: () => {
      seconds += 1;
      if (seconds % EVERY === 0 && connection?.connectionState === "connected") measure();
      // A poor connection may lose contact altogether for a while.
      const bad = room.grade === "poor" || !room.witness.contact;
      spare.tick(bad && room.wasConnected && room.clock.flowing);
      show();
    },
  };
}

/** A button that is hidden by its own press passes the focus on. @param {string} id @param {() => void} run @param {() => void} show */
function press(id, run, show) {
  run();
  show();
  if (id === "spare-yes") part("spare-back").focus();
  if (id === "spare-no" || id === "spare-back") part("menu-open").focus();
}

/** @type {Record<"" | "offer" | "mine" | "theirs", (name: string) => string>} */
const SPARE = {
  "": () => "",
  offer: () => gettext("Your connection is weak. Turning video off will make it easier to hear each other."),
  mine: () => gettext("Video is off. The sound stays on."),
  theirs: (name) => fill(gettext("%(name)s's connection is weak, so video is off for both of you. The sound stays on."), { name }),
};

/** @param {"" | "offer" | "mine" | "theirs"} shown @param {string} name */
function draw(shown, name) {
  part("spare").hidden = !shown;
  put("spare-words", SPARE[shown](name));
  part("spare-yes").hidden = part("spare-no").hidden = shown !== "offer";
  part("spare-back").hidden = shown !== "mine";
  part("sound-only").setAttribute("aria-pressed", String(shown === "mine"));
}
