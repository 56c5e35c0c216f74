// @ts-check
/** `<device-check>`: wherever the check is put, it starts; wherever it is taken away, its camera goes off. */
import { mountDeviceCheck } from "./check.js";

customElements.define("device-check", class extends HTMLElement {
  connectedCallback() {
    this.check = mountDeviceCheck(this);
  }

  disconnectedCallback() {
    this.check?.stop();
  }
});
