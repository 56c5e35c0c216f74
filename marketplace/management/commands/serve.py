"""Runs the web process: daphne with the live agent and, unless switched off, the deadline loop."""

# daphne installs the asyncio reactor, which must happen before anything else imports Twisted.
from daphne.server import Server, twisted_loop  # isort: skip

import argparse
import asyncio
import logging
import os
import sys
import warnings
from collections.abc import Awaitable
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.http_protocol import WebRequest
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from twisted.internet import defer
from twisted.internet import reactor as twisted_reactor

from marketplace.asgi import application
from marketplace.live import agent, wire
from marketplace.server.bounded_requests import BoundedRequests
from marketplace.server.collector import keep_pauses_short
from marketplace.server.demo_guard import refuse_demo_on_the_network
from marketplace.server.ledger_guard import refuse_unguarded_ledger
from marketplace.server.raw_writes import Outgoing, drop_who_does_not_read
from marketplace.web.middleware import TOO_LARGE
from sessions_app.clock import run_clock

log = logging.getLogger(__name__)
reactor: Any = twisted_reactor

LEAVE_SECONDS = 3.0
REQUEST_SECONDS = 8.0  # for requests in progress; less than the 10 s after which Docker kills
# docs/live.md explains them: dead peers are found in 25 s, a frame has at most 128 KiB.
LIMITS = {
    "ping_interval": 10,
    "ping_timeout": 15,
    "websocket_max_message_size": 131_072,
    "websocket_max_frame_size": 131_072,
    "application_close_timeout": 5,
    "websocket_timeout": 14_400,
}


class Background:
    """The work beside the requests: hub, presence and deadlines."""

    def __init__(self, *, clock: bool) -> None:
        self._with_clock = clock
        self._stop = asyncio.Event()
        self._clock: asyncio.Task[None] | None = None
        self.failed = False

    async def start(self) -> None:
        await agent.start()
        if self._with_clock:
            self._clock = asyncio.create_task(run_clock(self._stop))
            self._clock.add_done_callback(self._report)

    def _report(self, task: asyncio.Task[None]) -> None:
        """Stop the web process when the deadline loop fails, so that its watcher notices."""
        if not task.cancelled() and task.exception():
            self.failed = True
            log.critical("the deadline loop failed", exc_info=task.exception())
            reactor.stop()

    async def leave(self) -> None:
        """Say goodbye to the sockets and release the leases, within three seconds even if a step hangs."""
        self._stop.set()
        clock = [asyncio.wait([self._clock])] if self._clock else []
        await asyncio.gather(*(within(LEAVE_SECONDS, work) for work in (agent.stop(), *clock)))
        if self._clock:
            self._clock.cancel()


async def within(seconds: float, work: Awaitable[Any]) -> None:
    """Limit one step of the shutdown: if it hangs or fails, the other steps still run."""
    try:
        await asyncio.wait_for(work, seconds)
    except TimeoutError:
        log.warning("did not stop in time: %s", work)
    except Exception:
        log.exception("failed while stopping")


class QuarterServer(Server):  # type: ignore[misc]
    """daphne's server with an orderly shutdown: goodbye to the browsers first, then their consumers end."""

    def __init__(self, *, background: Background, **options: Any) -> None:
        super().__init__(signal_handlers=True, **options)
        self.background = background
        self.ports: list[Any] = []

    @property
    def http_factory(self) -> Any:
        """Ours, although daphne creates its own when it runs: nothing else can set the request class."""
        return self._http_factory

    @http_factory.setter
    def http_factory(self, made: Any) -> None:
        self._http_factory = BoundedRequests(self)

    def listen_success(self, port: Any) -> None:
        self.ports.append(port)
        super().listen_success(port)

    def run(self) -> None:
        """Start the background first: when the port is open, everything behind it works."""
        asyncio.set_event_loop(twisted_loop)
        twisted_loop.run_until_complete(self.background.start())
        keep_pauses_short()
        super().run()
        if self.abort_start:
            twisted_loop.run_until_complete(self.background.leave())

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] == "websocket":
            scope["extensions"] = {wire.EXTENSION: Outgoing(protocol)}
        elif protocol.too_large:
            scope["extensions"] = {TOO_LARGE: {}}
        return super().create_application(protocol, scope)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        await super().handle_reply(protocol, message)
        if message["type"] == "websocket.send":
            drop_who_does_not_read(protocol)

    def kill_all_applications(self) -> defer.Deferred[None]:
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._leave()))

    async def _leave(self) -> None:
        for port in self.ports:
            port.stopListening()
        requests = self._running(WebRequest)
        await asyncio.gather(
            self.background.leave(),
            *([asyncio.wait(requests, timeout=REQUEST_SECONDS)] if requests else []),
        )
        rest = self._running(object)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _running(self, kind: type) -> "list[asyncio.Task[None]]":
        """The running applications; an idle connection has none, which breaks daphne's own method."""
        of_kind = (entry for protocol, entry in self.connections.items() if isinstance(protocol, kind))
        tasks = (entry.get("application_instance") for entry in of_kind)
        return [task for task in tasks if task and not task.done()]


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument(
            "--no-clock", action="store_true", help="another process (run_clock) handles the deadlines"
        )
        parser.add_argument(
            "--stop-with-stdin",
            action="store_true",
            help="stop when standard input closes (for the launcher)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_demo_on_the_network(options["host"])
        refuse_unguarded_ledger()
        # WhiteNoise's files are small and read in one go; Django's warning is about long streams.
        warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
        server = build_server(options["host"], options["port"], clock=not options["no_clock"])
        if options["stop_with_stdin"]:
            stop_with_stdin()
        server.run()
        if server.abort_start:
            raise CommandError(f"Cannot listen on {options['host']} port {options['port']}.")
        if server.background.failed:
            raise CommandError("The deadline loop failed, so the web process stopped too.")


def build_server(host: str, port: int, *, clock: bool) -> QuarterServer:
    return QuarterServer(
        application=application,
        endpoints=build_endpoint_description_strings(host=host, port=port),
        background=Background(clock=clock),
        # No daphne access log: the middleware writes one structured line per request.
        action_logger=None,
        # 2 passes Twisted's own errors to logging; below that daphne discards them.
        verbosity=2,
        server_name="quarter",
        # daphne would trust the first address of X-Forwarded-For; marketplace/server/proxy.py takes the last.
        proxy_forwarded_address_header=None,
        **LIMITS,
    )


def stop_with_stdin() -> None:
    """Stop when the launcher, which holds the other end of this pipe, is killed and the pipe closes."""

    def look() -> None:
        if not os.read(sys.stdin.fileno(), 1024):
            twisted_loop.remove_reader(sys.stdin.fileno())
            reactor.stop()

    twisted_loop.add_reader(sys.stdin.fileno(), look)
