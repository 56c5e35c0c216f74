// @ts-check
/** `<device-check>`: the check starts when it is inserted into a page, and turns its camera off when it is removed. */
import { mountDeviceCheck } from "./check.js";

customElements.define("device-check", class extends HTMLElement {
  connectedCallback() {
    this.check = mountDeviceCheck(this);
  }

  disconnectedCallback() {
    this.check?.stop();
  }
});
