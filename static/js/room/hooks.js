// @ts-check
/** The hooks of a feature. Only types are here, because hashed file names forbid circular imports, even in comments. */

/**
 * Every hook is optional. `frame` gets each frame of the server, and `clock` those with the clock. `tick` runs every
 * second. `up` gets whether the socket is up, and `peer` each new peer connection. `contact` and `connection` get
 * how well the other side is heard. `close` runs when this page gives up the call.
 * `over` runs when the consultation is final: a feature that returns true keeps the page open and has to call
 * `room.reload()` later.
 * @typedef {{
 *   frame?: (frame: import("./connection/signal.js").Frame) => void, clock?: (frame: import("./clock.js").ClockFrame) => void,
 *   tick?: () => void, up?: (up: boolean) => void, peer?: (peer: import("./connection/peer.js").Peer) => void,
 *   contact?: (contact: boolean) => void, connection?: (state: string) => void,
 *   over?: () => boolean | void, close?: () => void,
 * }} Feature
 */

export {};
