// @ts-check
// What can be known about sound, camera, microphone and notifications without asking anybody.

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
 * What was found last time, in this browser.
 * @param {() => Storage} memory asked each time: even naming it may be forbidden
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
 * @param {() => Storage} memory asked each time: even naming it may be forbidden
 * @param {Marks} marks
 */
export function keep(memory, marks) {
  try {
    memory().setItem(KEPT, JSON.stringify({ ...recall(memory), ...marks }));
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

/**
 * The four marks without asking: of a page that has just been loaded, and whenever a permission changes.
 * @param {World} world
 * @param {Marks} [found] by this page itself, which knows better than what was remembered
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
 * A loaded page may not play anything before it was touched, whatever worked before.
 * @param {Mark | undefined} last
 * @param {boolean} touched
 * @returns {Mark}
 */
function sound(last, touched) {
  if (last !== "ok") return "unknown";
  return touched ? "ok" : "asleep";
}

/**
 * @param {Set<string> | null} kinds of devices there are; null if this browser has none to offer at all
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
  // A permission says nothing about a camera that is in use; only what was blocked may work now.
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
    return "prompt"; // a browser that does not know this name
  }
}
