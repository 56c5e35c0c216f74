// Timers that a test turns by hand, and a socket that a test plays.

export class Timers {
  constructor() {
    this.waiting = new Map();
    this.next = 1;
    this.set = (run, ms) => {
      this.waiting.set(this.next, { run, ms });
      return this.next++;
    };
    this.clear = (id) => this.waiting.delete(id);
  }

  get delays() {
    return [...this.waiting.values()].map((timer) => timer.ms);
  }

  fire() {
    const due = [...this.waiting.values()];
    this.waiting.clear();
    for (const { run } of due) run();
  }
}

export class FakeSocket {
  constructor() {
    this.readyState = 0;
    this.sent = [];
  }

  opened() {
    this.readyState = 1;
    this.onopen();
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  hear(frame) {
    this.onmessage({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  close(code = 1000) {
    this.readyState = 3;
    this.onclose({ code });
  }
}
