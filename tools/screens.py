"""Pictures of every page, on a phone and at a desk, light and dark: to look at before others do.

    make screens                 # into build/screens, with an index.html beside them
    make screens ARGS=--only keep

The house is the demo's: three weeks of speech, films and places, made on the spot.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "demo"), str(ROOT / "tests")]

from lived_in import LivedIn, furnish  # noqa: E402
from playwright.sync_api import Browser, BrowserContext  # noqa: E402
from serving import served  # noqa: E402

from bailee.api.cookies import SESSION  # noqa: E402
from support.phone import chromium  # noqa: E402

OUT = ROOT / "build/screens"
SIZES = {"phone": (390, 844), "desk": (1280, 800)}
PUBLIC = {
    "sign-in": "/sign-in",
    "retention": "/retention",
    "check": "/check",
    "offline": "/offline",
    "nothing-here": "/nothing/here",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    only = parser.parse_args().only
    folder = Path(tempfile.mkdtemp(prefix="bailee-screens-"))
    try:
        (folder / "made").mkdir()
        house = furnish(folder / "vault", folder / "made", time.time_ns() // 1_000_000)
        house.service.close()
        with served(folder / "vault", folder / "log") as port, chromium() as browser:
            shutil.rmtree(OUT, ignore_errors=True)
            OUT.mkdir(parents=True)
            _all(browser, f"http://localhost:{port}", house, only)
    finally:
        shutil.rmtree(folder)
    pictures = sorted(each.name for each in OUT.glob("*.png"))
    (OUT / "index.html").write_text("".join(f'<p>{e}<br><img src="{e}">' for e in pictures))
    print(f"screens: {len(pictures)} pictures in {OUT.relative_to(ROOT)}")
    return 0


def _all(browser: Browser, url: str, house: LivedIn, only: str) -> None:
    pages = PUBLIC | _of(house)
    for size, (width, height) in SIZES.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                locale="en-GB",
                base_url=url,
                reduced_motion="reduce",
            )
            _shoot(context, PUBLIC, f"{size}-{scheme}", only)
            let_in(context, url, house.ana.entered.token)
            _shoot(
                context,
                {k: v for k, v in pages.items() if k not in PUBLIC},
                f"{size}-{scheme}",
                only,
            )
            context.close()


def _of(house: LivedIn) -> dict[str, str]:
    """Every page of somebody who is signed in, by a name."""
    return {
        "today": "/",
        "people": "/people",
        "person": f"/people/{house.mia}",
        "cameras": "/cameras",
        "privacy": "/privacy",
        "forget": f"/forget?person={house.mia}&when=yesterday",
        "keep": "/keep",
        "voice": "/voice",
        "voice-device": f"/voice/{house.devices['Kitchen speaker']}",
        "voice-kept": f"/voice/{house.devices['Kitchen speaker']}/keep?keep=words",
        "voice-say": "/voice/say",
        "consents": "/consents",
        "looks": "/looks",
        "receipts": "/receipts",
        "location": "/location",
        "export": "/export",
        "help": "/help",
        "you": "/you",
        "sharing": "/sharing",
        "recording": f"/recordings/{_newest(house, house.ana.id)}",
    }


def _newest(house: LivedIn, person: str) -> str:
    return next(each for each, whose in reversed(house.kept) if whose == person)


def let_in(context: BrowserContext, url: str, token: str) -> None:
    """Give a browser somebody's session."""
    context.add_cookies(
        [
            {
                "name": SESSION,
                "value": token,
                "url": url.replace("http://", "https://"),
                "secure": True,
                "httpOnly": True,
                "sameSite": "Strict",
            }
        ]
    )


def _shoot(context: BrowserContext, pages: dict[str, str], kind: str, only: str) -> None:
    page = context.new_page()
    size = page.viewport_size
    assert size is not None
    for name, address in pages.items():
        if only not in name:
            continue
        answer = page.goto(address)
        assert answer is not None
        assert answer.status < 500, f"{address} broke: {answer.status}"
        page.wait_for_load_state("networkidle")
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size(
            {"width": size["width"], "height": min(max(height, size["height"]), 3000)}
        )
        page.screenshot(path=OUT / f"{name}-{kind}.png")
        page.set_viewport_size(size)
    page.close()


if __name__ == "__main__":
    sys.exit(main())
