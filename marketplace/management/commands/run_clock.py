"""Runs the deadline loop as a process of its own, beside several web processes; more than one is safe."""

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand

from sessions_app.clock import run_clock


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(until_told_to_stop())


async def until_told_to_stop() -> None:
    """On SIGTERM or Ctrl-C, finish the current move first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run_clock(stop)
