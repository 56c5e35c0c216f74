// @ts-check
import { startDesk } from "./desk/index.js";
import { showRefusals } from "./site/forms.js";
import { LivePage } from "./live/index.js";
import { MoreFree } from "./live/more_free.js";
import { startNotices } from "./site/notices.js";
import { startSheets } from "./site/sheet.js";
import { startUnsent } from "./site/unsent.js";
import { start } from "./site/index.js";
import { startTimes } from "./site/times.js";

start();
showRefusals(document);
startNotices(document);
startUnsent(document);
const live = new LivePage(document);
startTimes(document, { now: () => Date.now() }); // not live.clock: it may stop while the machine sleeps, and it starts with the first request
startSheets(document, live.clock);
startDesk(document, live);
new MoreFree({ page: document, ready: (element) => live.prepare(element) }).start();
if (document.body.dataset.live) live.start();
