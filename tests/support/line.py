"""The sockets of a visitor's pages, as a network may treat them."""

from tests.support.browsers import Visitor

SOCKETS = """
(() => {
  const Real = window.WebSocket;
  const line = (window.__line = { down: DOWN, open: [] });
  const names = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
  const refused = () => {
    const nothing = { readyState: 0, bufferedAmount: 0, send() {}, close() {} };
    const dead = Object.assign(new EventTarget(), names, nothing);
    setTimeout(() => {
      dead.readyState = 3;
      const event = Object.assign(new Event("close"), { code: 1006, reason: "", wasClean: false });
      dead.onerror?.(new Event("error"));
      dead.onclose?.(event);
      dead.dispatchEvent(event);
    }, 20);
    return dead;
  };
  window.WebSocket = function (...how) {
    if (line.down) return refused();
    const socket = new Real(...how);
    line.open.push(socket);
    return socket;
  };
  Object.assign(window.WebSocket, names);
  line.cut = (code) => {
    line.down = true;
    for (const socket of line.open.splice(0)) {
      const tell = socket.onclose;
      socket.onclose = null;
      socket.close();
      tell?.call(socket, { code });
    }
  };
})();
"""


class Line:
    """Make it before the visitor opens a page; `down` from the beginning: sockets are blocked altogether."""

    def __init__(self, visitor: Visitor, *, down: bool = False) -> None:
        self.visitor = visitor
        visitor.context.add_init_script(SOCKETS.replace("DOWN", "true" if down else "false"))

    def cut(self, code: int = 1006) -> None:
        """What is open breaks with this code, what is tried anew fails."""
        self.visitor.page.evaluate("(code) => window.__line.cut(code)", code)

    def mend(self) -> None:
        """The next try succeeds."""
        self.visitor.page.evaluate("() => { window.__line.down = false }")
