// @ts-check
/** The features of the room, one line each. */
import { chatFeature } from "./chat/chat.js";
import { shapeFeature } from "./agreements/view_agreements.js";
import { frameFeature } from "./stage/view_frame.js";
import { lineFeature } from "./connection/view_quality.js";
import { menuFeature } from "./own_media/view_menu.js";
import { shareFeature } from "./own_media/view_share.js";

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
