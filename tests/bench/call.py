"""How fast a call is there and comes back: `make bench-call` (`QUICK=1` for less than two minutes).

Beside it, in the same run, the floor: two bare pages whose peer connections the benchmark joins itself,
without our server. `PROFILE=1` also prints where the time goes. The last line is JSON.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from tests.bench.call_pages import BARE_PAGE, MARKS, TIMELINE
from tests.journeys import steps
from tests.support.browsers import Visitor, launch
from tests.support.site import Site

QUICK = os.environ.get("QUICK", "") not in ("", "0")
PROFILE = os.environ.get("PROFILE", "") not in ("", "0")
CALLS = 8 if QUICK else 20
RELOADS = 4 if QUICK else 10
BLACKOUTS = 1 if QUICK else 3
FLOORS = 6 if QUICK else 12
BUSY_SECONDS = 10 if QUICK else 60
BLACKOUT_SECONDS = 5.0
BUDGETS = {
    "first_frame_p50_ms": 900.0,
    "first_frame_p95_ms": 2000.0,
    "first_frame_vs_floor": 1.6,
    "reload_p50_ms": 1500.0,
    "after_blackout_p50_ms": 4000.0,
    "restart_media_gap_ms": 1000.0,
    "restart_signaling_ms": 5000.0,
}
FIRST_KEYS = list(BUDGETS)[:5]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def spread(name: str, values: list[float]) -> tuple[float, float]:
    """Print and answer the median and what 95 of 100 stay below."""
    middle = median(values)
    high = quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else middle
    say(f"  {name:<52}{min(values):8.0f}{middle:8.0f}{high:8.0f} ms   of {len(values)}")
    return middle, high


# --- what a page knows --------------------------------------------------------------------------------


def pressed(page: Page) -> float:
    return float(page.evaluate("() => Number(localStorage.getItem('pressed'))"))


def when(page: Page, mark: str, after: float = 0.0) -> float:
    """The moment that a page has marked, as soon as it lies after that one."""
    question = "([mark, after]) => window[mark] > after"
    page.wait_for_function(question, arg=[mark, after], timeout=40_000)
    return float(page.evaluate("(mark) => window[mark]", mark))


def now() -> float:
    """As the pages count: milliseconds since 1970."""
    return time.time() * 1000


# --- the floor ----------------------------------------------------------------------------------------


def floor(browser: Browser) -> list[float]:
    """Pressed to the later of both first pictures, between pages that are there already."""
    took = []
    for _ in range(FLOORS + 1):
        context = browser.new_context(permissions=["camera", "microphone"])
        context.route("**/*", lambda route: route.fulfill(body=BARE_PAGE, content_type="text/html"))
        pages = [context.new_page(), context.new_page()]
        for page, part in zip(pages, ("#offers", ""), strict=True):
            page.goto(f"http://127.0.0.1:9/{part}")
        pages[0].evaluate("() => window.__go()")
        frames = [when(page, "__frame") for page in pages]
        took.append(max(frames) - float(pages[0].evaluate("() => window.__pressed")))
        context.close()
    return took[1:]  # the first call of a fresh browser is left out, here as below


# --- calls --------------------------------------------------------------------------------------------


class Pair:
    """A client and a consultant with a browser profile each, and what they do over and over."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self.site = site
        person = site.backstage.ask("make_client", name="clara", credits=400_000)
        self.facts = site.backstage.ask("make_consultant", name="conrad")
        self.client, self.consultant = (Visitor(browser, site.url, who) for who in (person, self.facts))
        self.both = (self.client, self.consultant)
        self.wires: list[CDPSession] = []
        for visitor in self.both:
            visitor.context.add_init_script(MARKS)

    def ring(self) -> str:
        self.consultant.open("/desk/")
        steps.wait_until_free(self.site, self.facts)
        return steps.place_call(self.client, self.facts)

    def call(self) -> tuple[float, dict[str, float]]:
        """Accept pressed to the later of both first pictures; the call goes on. And the steps between."""
        self.ring()
        steps.accept(self.consultant)
        frames = [when(visitor.page, "__frame") for visitor in self.both]
        began = pressed(self.consultant.page)
        return max(frames) - began, self._steps(began, frames)

    def end(self) -> None:
        call = steps.arrived(self.client.page)
        steps.wait_for_state(self.site, call, "live", "interrupted")
        steps.end_for_both(self.client)
        steps.wait_for_state(self.site, call, "ended")
        expect(self.consultant.page.get_by_role("timer")).to_have_count(0)

    def _steps(self, began: float, frames: list[float]) -> dict[str, float]:
        found = {}
        for visitor, frame, who in zip(self.both, frames, ("client", "consultant"), strict=True):
            marks = {**visitor.page.evaluate(TIMELINE), "picture": frame}
            found |= {f"{who} {name}": at - began for name, at in marks.items()}
        return found

    def close(self) -> None:
        for visitor in self.both:
            visitor.close()


def first_frames(pair: Pair) -> list[float]:
    took, profiles = [], []
    for turn in range(CALLS + 1):
        took.append(0.0)
        took[-1], profile = pair.call()
        profiles.append(profile)
        if turn < CALLS:
            pair.end()
    if PROFILE:
        for name in sorted(profiles[1], key=lambda each: median(one.get(each, 0) for one in profiles[1:])):
            say(f"      {name:<40}{median(one.get(name, 0) for one in profiles[1:]):8.0f} ms after Accept")
    return took[1:]


def reloads(pair: Pair) -> list[float]:
    """Reload pressed to a picture again on both sides; the other page keeps its own."""
    took = []
    for turn in range(RELOADS):
        who, other = pair.both if turn % 2 else pair.both[::-1]
        began = now()
        who.page.reload(wait_until="commit")
        took.append(max(when(visitor.page, "__again", began) for visitor in (who, other)) - began)
        who.page.wait_for_timeout(1_000)
    return took


def busy_seconds(pair: Pair) -> float:
    """CPU seconds of the server per live call and minute."""
    before = pair.site.cpu_seconds()
    began = time.monotonic()
    pair.client.page.wait_for_timeout(BUSY_SECONDS * 1000)
    return (pair.site.cpu_seconds() - before) / (time.monotonic() - began) * 60


def restart(pair: Pair) -> tuple[float, float]:
    """The longest time without a picture while the server is killed and started; signaling back after it."""
    for visitor in pair.both:
        visitor.forgive("WebSocket|ERR_CONNECTION_REFUSED|Failed to load resource|Failed to fetch")
        visitor.page.evaluate("() => { window.__gap = 0; }")
    pair.site.kill()
    pair.site.start()
    up = now()
    back = [when(visitor.page, "__hello", up - 1_500) for visitor in pair.both]
    gaps = [float(visitor.page.evaluate("() => window.__gap")) for visitor in pair.both]
    return max(gaps), max(max(back) - up, 0.0)


def arm(pair: Pair) -> None:
    """Must come before the peer connections: sockets that exist already are not touched."""
    for visitor in pair.both:
        wire = visitor.context.new_cdp_session(visitor.page)
        wire.send("Network.enable")
        pair.wires.append(wire)
    lose(pair, 0)


def lose(pair: Pair, percent: int) -> None:
    for wire in pair.wires:
        wire.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 1,
                "downloadThroughput": 50_000_000,
                "uploadThroughput": 50_000_000,
                "packetLoss": percent,
            },
        )


def blackouts(pair: Pair) -> list[float]:
    """End of five dark seconds to a picture again on both sides."""
    took = []
    for _ in range(BLACKOUTS):
        lose(pair, 100)
        pair.client.page.wait_for_timeout(BLACKOUT_SECONDS * 1000)
        lose(pair, 0)
        light = now()
        took.append(max(when(visitor.page, "__last", light) for visitor in pair.both) - light)
        pair.client.page.wait_for_timeout(3_000)
    return took


# --- all of it ----------------------------------------------------------------------------------------


def measure(site: Site, browser: Browser) -> dict[str, float]:
    say(f"  {'':<52}{'least':>8}{'p50':>8}{'p95':>8}")
    results: dict[str, float] = {}
    results["floor_p50_ms"], _ = spread("floor: pressed -> picture, two bare pages", floor(browser))
    pair = Pair(site, browser)
    name = "Accept pressed -> first picture on both sides"
    results["first_frame_p50_ms"], results["first_frame_p95_ms"] = spread(name, first_frames(pair))
    results["first_frame_vs_floor"] = results["first_frame_p50_ms"] / results["floor_p50_ms"]
    results["reload_p50_ms"], _ = spread("reload -> picture on both sides again", reloads(pair))
    results["server_cpu_s_per_call_minute"] = busy_seconds(pair)
    results["restart_media_gap_ms"], results["restart_signaling_ms"] = restart(pair)
    pair.end()
    arm(pair)
    pair.call()
    results["after_blackout_p50_ms"], _ = spread("end of a 5 s blackout -> picture", blackouts(pair))
    pair.end()
    pair.close()
    return results


def run(job: Callable[[Site, Browser], dict[str, Any]]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="quarter-bench-") as folder:
        site = Site(Path(folder))
        try:
            site.open()
            with sync_playwright() as playwright:
                browser = launch(playwright)
                results = job(site, browser)
                browser.close()
        finally:
            site.close()
    return results


def main() -> None:
    load = os.getloadavg()[0]
    results = run(measure)
    say(
        f"  load of the machine at the start {load:.1f}, now {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores"
    )
    for name, budget in BUDGETS.items():
        verdict = "met" if results[name] <= budget else "MISSED"
        say(f"  {name:<32}{results[name]:10.2f}   goal {budget:<8g}{verdict}")
    say(f"  server CPU per live call and minute {results['server_cpu_s_per_call_minute']:.2f} s")
    keys = [*FIRST_KEYS, *sorted(set(results) - set(FIRST_KEYS))]
    say(json.dumps({"bench": "call", **{name: round(results[name], 2) for name in keys}}))


if __name__ == "__main__":
    main()
