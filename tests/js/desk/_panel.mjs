// The readiness panel as far as its scripts look at it.

class Part {
  constructor(when) {
    Object.assign(this, { dataset: { when }, hidden: true });
  }
}

class Row extends globalThis.HTMLElement {
  constructor(name) {
    super();
    this.dataset = { mark: name, state: "unknown" };
    this.parts = ["unknown asleep wait", "ok", "blocked in-use none cannot"].map((when) => new Part(when));
  }
  querySelectorAll = () => this.parts;
  querySelector = () => ({ textContent: this.dataset.mark });
  get shown() {
    return this.parts.filter((part) => !part.hidden).map((part) => part.dataset.when);
  }
}

export class Panel {
  constructor() {
    this.dataset = { sound: "ring.wav" };
    this.hidden = true;
    this.listeners = {};
    this.rows = Object.fromEntries(["sound", "camera", "microphone", "notifications"].map((name) => [name, new Row(name)]));
    this.without = Object.assign(new globalThis.HTMLElement(), { hidden: true });
    this.summary = { textContent: "" };
    this.ownerDocument = { addEventListener: (name, run) => (this.listeners[`page:${name}`] = run) };
  }
  addEventListener = (name, run) => (this.listeners[name] = run);
  querySelectorAll = () => Object.values(this.rows);
  querySelector = (what) =>
    what === "[data-without]" ? this.without : what === "[data-summary]" ? this.summary : this.rows[what.match(/"(.*)"/)[1]];
  get states() {
    return Object.fromEntries(Object.entries(this.rows).map(([name, row]) => [name, row.dataset.state]));
  }
}

export function memory(kept = {}) {
  const store = new Map(Object.entries(kept));
  return () => ({ getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, value) });
}

const stopped = () => ({ kind: "", stop: () => {} });

/** A browser: what devices it has, what is allowed, what the person answers. */
export function world({ kinds = ["videoinput", "audioinput"], allowed = {}, answer = "granted", refuse, kept, ...rest } = {}) {
  const asked = [];
  const notification = {
    permission: allowed.notifications ?? "default",
    requestPermission: async () => {
      asked.push("notifications");
      return (notification.permission = answer);
    },
  };
  const tracks = (wanted) => ["video", "audio"].filter((kind) => wanted[kind]).map((kind) => ({ ...stopped(), kind }));
  return {
    asked,
    media: {
      enumerateDevices: async () => kinds.map((kind) => ({ kind, deviceId: "", label: "" })),
      getUserMedia: async (wanted) => {
        asked.push(Object.keys(wanted).filter((kind) => wanted[kind]).sort().join("+"));
        for (const kind of ["video", "audio"]) if (wanted[kind] && refuse?.[kind]) throw { name: refuse[kind] };
        return { getTracks: () => tracks(wanted) };
      },
    },
    permissions: { query: async ({ name }) => ({ state: allowed[name] ?? "prompt" }) },
    notification,
    memory: memory(kept ? { "quarter-ready": JSON.stringify(kept) } : {}),
    touched: false,
    ...rest,
  };
}
