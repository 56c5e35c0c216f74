// @ts-check
/** The features of the room, one line each. */
import { chatFeature } from "./chat.js";
import { shapeFeature } from "./shape_view.js";
import { frameFeature } from "./view_frame.js";
import { lineFeature } from "./view_line.js";
import { menuFeature } from "./view_menu.js";
import { shareFeature } from "./view_share.js";

/**
 * They are created before the devices are opened, and before `room.call` exists.
 * @param {import("./room.js").Room} room @returns {import("./hooks.js").Feature[]}
 */
export const features = (room) => [
  room.path,
  shapeFeature(room),
  menuFeature(room),
  shareFeature(room),
  lineFeature(room),
  frameFeature(room),
  chatFeature(room),
];
