"""The first view of the pages: what it weighs over the wire, and when a phone can use it.

A fresh browser opens the first page of a household that was lived in for three weeks, as Lighthouse's
mobile profile has it: 150 ms a round trip, 1.6 Mbit/s down, a processor four times slower. Without
that too, at home. Weight is counted by the browser, as it came over the wire, pictures and sound
apart. *Usable*: the rows of the day are there and the page's own scripts have run.
"""

import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness import Part, shown
from place import Place
from playwright.sync_api import Browser

_ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(_ROOT), str(_ROOT / "demo"), str(_ROOT / "tests")]

from lived_in import furnish  # noqa: E402
from serving import served  # noqa: E402
from tools.screens import SIZES, let_in  # noqa: E402

from support.phone import chromium  # noqa: E402

BUDGET_BYTES = 150_000
USABLE_AIM_S = 1.0
_SLOW = {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
_HOME = {"latency": 5, "downloadThroughput": 50e6 / 8, "uploadThroughput": 20e6 / 8}
_MEDIA = frozenset({"Image", "Media"})
_COLUMNS = ("first page, on a phone", "over the wire", "pictures", "requests", "usable after")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One opening of a page by a browser that was never there before."""

    sent_bytes: int
    media_bytes: int
    requests: int
    usable_s: float


def run(place: Place) -> list[Part]:
    """Needs Debian's chromium, espeak-ng and ffmpeg."""
    rounds = place.size.pick(1, 5, 15)
    place.say("the first view of the pages")
    part = Part(title="The first view of the pages", columns=_COLUMNS)
    home = place.fresh("lived-in")
    made = place.fresh("made")
    made.mkdir()
    house = furnish(home, made, time.time_ns() // 1_000_000)
    house.service.close()
    with served(home, place.fresh("serve.log")) as port, chromium() as browser:
        url = f"http://localhost:{port}"
        for name, line, slower in (
            ("at home: 5 ms, 50 Mbit/s", _HOME, 1),
            ("Lighthouse's phone: 150 ms, 1.6 Mbit/s, 4 × slower", _SLOW, 4),
        ):
            seen = [
                _view(browser, url, house.ana.entered.token, line, slower) for _ in range(rounds)
            ]
            part.table.append(_cells(name, seen))
            part.figures += _verdicts(name, seen)
    return [part]


def _view(browser: Browser, url: str, token: str, line: Mapping[str, float], slower: float) -> View:
    width, height = SIZES["phone"]
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=url)
    let_in(context, url, token)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", {"offline": False, **line})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    kinds: dict[str, str] = {}
    sent = {True: 0, False: 0}
    devtools.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    devtools.on(
        "Network.loadingFinished",
        lambda e: sent.update(
            {
                (media := kinds.get(e["requestId"]) in _MEDIA): sent[media]
                + int(e["encodedDataLength"])
            }
        ),
    )
    begun = time.perf_counter()
    page.goto("/", wait_until="domcontentloaded")  # module scripts have run by then
    page.locator("#entries li").first.wait_for()
    usable_s = time.perf_counter() - begun
    page.wait_for_load_state("networkidle")
    context.close()
    return View(
        sent_bytes=sent[False], media_bytes=sent[True], requests=len(kinds), usable_s=usable_s
    )


def _cells(name: str, seen: list[View]) -> tuple[str, ...]:
    return (
        name,
        f"{statistics.median(each.sent_bytes for each in seen) / 1000:.0f} kB",
        f"{statistics.median(each.media_bytes for each in seen) / 1000:.0f} kB",
        f"{statistics.median(each.requests for each in seen):.0f}",
        shown(statistics.median(each.usable_s for each in seen)),
    )


def _verdicts(name: str, seen: list[View]) -> list[tuple[str, str]]:
    sent = statistics.median(each.sent_bytes for each in seen)
    usable_s = statistics.median(each.usable_s for each in seen)
    light = "met" if sent <= BUDGET_BYTES else "missed"
    quick = "met" if usable_s <= USABLE_AIM_S else "missed"
    return [
        (f"weight, {name}", f"{sent / 1000:.0f} kB (aim ≤ {BUDGET_BYTES // 1000} kB, {light})"),
        (f"usable, {name}", f"{shown(usable_s)} (aim ≤ {shown(USABLE_AIM_S)}, {quick})"),
    ]
