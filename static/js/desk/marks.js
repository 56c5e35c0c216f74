// @ts-check
// Finds out about sound, camera, microphone and notifications without a permission prompt.

/**
 * @typedef {"unknown" | "asleep" | "wait" | "ok" | "blocked" | "in-use" | "none" | "cannot"} Mark
 * @typedef {"sound" | "camera" | "microphone" | "notifications"} Name
 * @typedef {Partial<Record<Name, Mark>>} Marks
 * @typedef {{
 *   media?: MediaDevices,
 *   permissions?: { query: (what: any) => Promise<{ state: string, onchange?: unknown }> },
 *   notification?: { permission: string, requestPermission: () => Promise<string> },
 *   memory: () => Storage,
 *   touched: boolean,
 * }} World
 */

const KEPT = "quarter-ready";
/** @type {[Name, string][]} */
export const DEVICES = [["camera", "videoinput"], ["microphone", "audioinput"]];

/**
 * What this browser found last time.
 * @param {() => Storage} memory a function, because even reading `localStorage` may throw
 * @returns {Marks}
 */
export function recall(memory) {
  try {
    return JSON.parse(memory().getItem(KEPT) ?? "{}");
  } catch {
    return {};
  }
}

/**
 * @param {() => Storage} memory a function, because even reading `localStorage` may throw
 * @param {Marks} marks
 */
export function keep(memory, marks) {
  try {
    memory().setItem(KEPT, JSON.stringify({ ...recall(memory), ...marks }));
  } catch {
    // Without storage, the browser asks again next time.
  }
}

/**
 * The four marks, without a prompt: used when a page has loaded, and whenever a permission changes.
 * @param {World} world
 * @param {Marks} [found] by this page itself, which overrules what was remembered
 * @returns {Promise<Record<Name, Mark>>}
 */
export async function known(world, found = {}) {
  const last = recall(world.memory);
  const kinds = await present(world);
  const [camera, microphone] = await Promise.all(
    DEVICES.map(async ([name, kind]) => device(kinds, kind, await permission(world, name), last[name], found[name])),
  );
  return { sound: found.sound ?? sound(last.sound, world.touched), camera, microphone, notifications: notifications(world) };
}

/**
 * Browsers let a page play sound only after a click or a key press, whatever worked before.
 * @param {Mark | undefined} last
 * @param {boolean} touched
 * @returns {Mark}
 */
function sound(last, touched) {
  if (last !== "ok") return "unknown";
  return touched ? "ok" : "asleep";
}

/**
 * @param {Set<string> | null} kinds of devices that are present; null if this browser offers none at all
 * @param {string} kind
 * @param {string} allowed
 * @param {Mark | undefined} last
 * @param {Mark | undefined} found
 * @returns {Mark}
 */
function device(kinds, kind, allowed, last, found) {
  if (!kinds) return "cannot";
  if (allowed === "denied") return "blocked";
  if (!kinds.has(kind)) return "none";
  // A permission does not free a camera that is in use. It only overrules an earlier "blocked".
  if (found && !(found === "blocked" && allowed === "granted")) return found;
  return allowed === "granted" && last === "ok" ? "ok" : "unknown";
}

/** @param {World} world @returns {Mark} */
export function notifications({ notification }) {
  if (!notification) return "cannot";
  const marks = /** @type {Record<string, Mark>} */ ({ granted: "ok", denied: "blocked" });
  return marks[notification.permission] ?? "unknown";
}

/** @param {World} world @returns {Promise<Set<string> | null>} */
async function present({ media }) {
  if (!media?.getUserMedia) return null;
  try {
    return new Set((await media.enumerateDevices()).map((each) => each.kind));
  } catch {
    return new Set(DEVICES.map(([, kind]) => kind));
  }
}

/**
 * @param {World} world
 * @param {string} name
 */
async function permission({ permissions }, name) {
  try {
    return (await permissions?.query({ name }))?.state ?? "prompt";
  } catch {
    return "prompt"; // this browser does not know the name
  }
}
