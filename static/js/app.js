// @ts-check
import { startSwitch } from "./desk/switch.js";
import { showRefusals } from "./live/forms.js";
import { LivePage } from "./live/index.js";
import { startSheets } from "./live/sheet.js";
import { start } from "./site/index.js";

start();
showRefusals(document);
const live = new LivePage(document);
startSheets(document, live.clock);
startSwitch(document, (button) => live.ring.unlock(button.dataset.sound ?? ""));
if (document.body.dataset.live) live.start();
