import assert from "node:assert/strict";
import { test } from "node:test";
import { socketAddress } from "../../../static/js/lib/address.js";

const page = (baseURI, lang) => ({ baseURI, documentElement: { lang } });

test("a socket is at the address of its page and speaks its language", () => {
  assert.equal(socketAddress("/ws/live/", page("http://127.0.0.1:8000/wallet/?page=2", "de")), "ws://127.0.0.1:8000/ws/live/?language=de");
  assert.equal(socketAddress("/ws/room/1/", page("https://quarter.example/", "en")), "wss://quarter.example/ws/room/1/?language=en");
});
