// @ts-check
/** What a feature of the room may do. Only types: hashing of names forbids circles of modules, even in comments. */

/**
 * Every hook is optional. `frame` gets each frame of the server, `clock` those that carry the clock, `tick` comes
 * every second, `up` tells whether the socket is up, `peer` brings each new peer connection, `contact` and
 * `connection` tell how the other side is heard, `close` says that this page gives the call up.
 * `over` says that the consultation is final: a feature that answers true keeps the page open and calls
 * `room.reload()` itself.
 * @typedef {{
 *   frame?: (frame: import("./signal.js").Frame) => void, clock?: (frame: import("./clock.js").ClockFrame) => void,
 *   tick?: () => void, up?: (up: boolean) => void, peer?: (peer: import("./peer.js").Peer) => void,
 *   contact?: (contact: boolean) => void, connection?: (state: string) => void,
 *   over?: () => boolean | void, close?: () => void,
 * }} Feature
 */

export {};
