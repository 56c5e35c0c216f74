"""The waits that people notice, in numbers: `make bench-journey` (`QUICK=1` for a short run).

Times are taken inside the pages (`performance.timeOrigin + now()`: one machine, one clock), so that what
drives the browsers does not count. Beside them, in the same run, the least that could be: a bare HTTP answer
of the same server, and two peer connections inside one page. The last line is JSON.
"""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from marketplace.embedded.processes import free_port
from tests.journeys import steps
from tests.support.browsers import Visitor, launch
from tests.support.site import CHECKOUT, Site

QUICK = os.environ.get("QUICK", "") not in ("", "0")
ROUNDS = 4 if QUICK else 15
TOGGLES = 10 if QUICK else 30
BUDGETS = {"popup_p50_ms": 300, "first_frame_p50_ms": 2000, "toggle_p50_ms": 300, "second_start_s": 10}

# When a button was pressed (kept over the change of page), a dialog was painted, a picture of the other came.
MARKS = """
(() => {
  const now = () => performance.timeOrigin + performance.now();
  addEventListener("click", () => localStorage.setItem("pressed", String(now())), true);
  window.__popup = 0;
  window.__frame = 0;
  window.__changes = [];
  const look = (records) => {
    if (!window.__popup && document.querySelector("dialog[open][data-request]"))
      requestAnimationFrame(() => { window.__popup = window.__popup || now(); });
    const added = records.flatMap((each) => [...each.addedNodes]);
    if (added.some((each) => each.id?.startsWith("cta-"))) window.__changes.push(now());
    for (const video of document.querySelectorAll("video:not([muted])")) {
      if (video.dataset.watched || video.muted) continue;
      video.dataset.watched = "yes";
      video.requestVideoFrameCallback(() => { window.__frame = window.__frame || now(); });
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributeFilter: ["open"] });
})();
"""

# Two peers in one page, no server between them: camera to the first decoded picture.
BARE_CALL = """async () => {
  const began = performance.now();
  const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
  here.onicecandidate = (event) => there.addIceCandidate(event.candidate);
  there.onicecandidate = (event) => here.addIceCandidate(event.candidate);
  const video = Object.assign(document.createElement("video"), { autoplay: true, muted: true });
  document.body.append(video);
  const first = new Promise((done) => video.requestVideoFrameCallback(done));
  there.ontrack = (event) => { video.srcObject = event.streams[0]; };
  for (const track of stream.getTracks()) here.addTrack(track, stream);
  await here.setLocalDescription();
  await there.setRemoteDescription(here.localDescription);
  await there.setLocalDescription();
  await here.setRemoteDescription(there.localDescription);
  await first;
  const took = performance.now() - began;
  for (const each of [here, there]) each.close();
  for (const track of stream.getTracks()) track.stop();
  video.remove();
  return took;
}"""


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def middle(name: str, values: list[float], unit: str = "ms") -> float:
    """Print quartiles, answer the median."""
    low, median, high = quantiles(values, n=4)
    say(f"  {name:<44}{low:8.0f}{median:8.0f}{high:8.0f} {unit}   of {len(values)}")
    return median


# --- calls ----------------------------------------------------------------------------------------------


def calls(site: Site, browser: Browser) -> tuple[list[float], list[float]]:
    """Pressed to popup, accepted to the later of both first pictures; a new call each round."""
    people = site.backstage.ask("make_client", name="clara", credits=400_000), consultant_of(site, "conrad")
    client, consultant = (Visitor(browser, site.url, person) for person in people)
    for visitor in (client, consultant):
        visitor.context.add_init_script(MARKS)
    popups, frames = [], []
    for _ in range(ROUNDS + 1):
        popup, frame = one_call(site, client, consultant, people[1])
        popups.append(popup)
        frames.append(frame)
    for visitor in (client, consultant):
        visitor.close()
    return popups[1:], frames[1:]  # the first call of a fresh browser is left out


def one_call(site: Site, client: Visitor, consultant: Visitor, facts: dict[str, Any]) -> tuple[float, float]:
    consultant.open("/desk/")
    steps.wait_until_free(site, facts)
    client.open(f"/consultants/{facts['handle']}/")
    steps.call_now(client)
    call = steps.confirm(client, "How long does this take?")
    popup = when(consultant.page, "__popup") - pressed(client.page)
    steps.accept(consultant)
    frame = max(when(visitor.page, "__frame") for visitor in (client, consultant)) - pressed(consultant.page)
    steps.wait_for_state(site, call, "live")
    steps.end_for_both(client)
    steps.wait_for_state(site, call, "ended")
    expect(consultant.page.get_by_role("timer")).to_have_count(0)
    return popup, frame


def pressed(page: Page) -> float:
    return float(page.evaluate("() => Number(localStorage.getItem('pressed'))"))


def when(page: Page, mark: str) -> float:
    page.wait_for_function("(mark) => window[mark] > 0", arg=mark, timeout=20_000)
    return float(page.evaluate("(mark) => window[mark]", mark))


def consultant_of(site: Site, name: str) -> dict[str, Any]:
    return dict(site.backstage.ask("make_consultant", name=name))


# --- the switch -----------------------------------------------------------------------------------------


def toggles(site: Site, browser: Browser) -> list[float]:
    """Switch pressed to the change on a page that somebody else watches."""
    facts = consultant_of(site, "cora")
    consultant, watcher = Visitor(browser, site.url, facts), Visitor(browser, site.url)
    for visitor in (consultant, watcher):
        visitor.context.add_init_script(MARKS)
    consultant.open("/desk/")
    steps.wait_until_free(site, facts)
    watcher.open(f"/consultants/{facts['handle']}/")
    free = watcher.page.get_by_role("link", name=re.compile("^Call now"))
    expect(free).to_be_visible()
    switch = consultant.page.get_by_role("switch", name="Go online")
    took = []
    for turn in range(TOGGLES):
        watcher.page.evaluate("() => { window.__changes = []; }")
        switch.click()
        expect(free).to_have_count(turn % 2)
        watcher.page.wait_for_function("() => window.__changes.length > 0")
        took.append(float(watcher.page.evaluate("() => window.__changes[0]")) - pressed(consultant.page))
    for visitor in (consultant, watcher):
        visitor.close()
    return took


# --- yardsticks -------------------------------------------------------------------------------------------


def bare_http(site: Site) -> list[float]:
    """The least that the same server needs for an answer."""
    line = http.client.HTTPConnection("127.0.0.1", site.port)
    took = []
    for _ in range(50):
        began = time.perf_counter()
        line.request("GET", "/health/live")
        line.getresponse().read()
        took.append((time.perf_counter() - began) * 1000)
    return took


def bare_calls(site: Site, browser: Browser) -> list[float]:
    visitor = Visitor(browser, site.url)
    visitor.open("/")
    took = [float(visitor.page.evaluate(BARE_CALL)) for _ in range(ROUNDS + 1)]
    visitor.close()
    return took[1:]


# --- the start ---------------------------------------------------------------------------------------------


def starts() -> tuple[float, float]:
    """Seconds of the first start with installed packages (demo data and all), and of the second."""
    with tempfile.TemporaryDirectory(prefix="quarter-bench-") as folder:
        Path(folder).chmod(0o755)
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEMO", "DEBUG", "PYTHON")
        } | {"DATA_DIR": f"{folder}/data", "PORT": str(free_port())}
        try:
            return start_once(environment), start_once(environment)
        finally:
            run = ["sh", "tools/start.sh", "reset"]
            subprocess.run(run, cwd=CHECKOUT, env=environment, capture_output=True)


def start_once(environment: dict[str, str]) -> float:
    """`make run` until its address is printed; then Ctrl-C, as it were."""
    with running(["sh", "tools/start.sh", "run"], environment) as (process, began):
        assert process.stdout
        heard = []
        for line in process.stdout:
            heard.append(line)
            if "is ready after" in line:
                return time.monotonic() - began
    raise AssertionError("".join(heard))


@contextmanager
def running(
    command: list[str], environment: dict[str, str]
) -> Iterator[tuple["subprocess.Popen[str]", float]]:
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process, began
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=40)


def measure(results: dict[str, float]) -> None:
    with tempfile.TemporaryDirectory(prefix="quarter-bench-") as folder:
        site = Site(Path(folder))
        try:
            site.open()
            with sync_playwright() as playwright:
                browser = launch(playwright)
                measure_in_browsers(site, browser, results)
                browser.close()
        finally:
            site.close()


def measure_in_browsers(site: Site, browser: Browser, results: dict[str, float]) -> None:
    say(f"  {'':<44}{'25 %':>8}{'median':>8}{'75 %':>8}")
    http_ms = middle("yardstick: bare HTTP answer", bare_http(site))
    bare_ms = middle("yardstick: camera to picture in one page", bare_calls(site, browser))
    results["toggle_p50_ms"] = middle("switch pressed -> seen by a watcher", toggles(site, browser))
    popups, frames = calls(site, browser)
    results["popup_p50_ms"] = middle("Confirm and call pressed -> popup seen", popups)
    results["first_frame_p50_ms"] = middle("Accept pressed -> first picture on both sides", frames)
    say(
        f"  ratios: popup {results['popup_p50_ms'] / http_ms:.1f} and switch "
        f"{results['toggle_p50_ms'] / http_ms:.1f} bare answers, "
        f"first picture {results['first_frame_p50_ms'] / bare_ms:.1f} bare calls"
    )


def main() -> None:
    results: dict[str, float] = {}
    measure(results)
    first, second = starts()
    say(f"  first start with packages installed {first:.1f} s, second start {second:.1f} s")
    results["second_start_s"] = second
    for name, budget in BUDGETS.items():
        say(f"  {name:<22}{results[name]:10.1f}   budget {budget:<6}{judged(results[name] <= budget)}")
    say(json.dumps({"bench": "journey", **{name: round(results[name], 1) for name in BUDGETS}}))


def judged(fine: bool) -> str:
    return "met" if fine else "MISSED"


if __name__ == "__main__":
    main()
