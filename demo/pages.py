"""A third story: the pages, over a house that looks lived-in.

Run as `make demo`, after `door.py`. It lives in a house for three weeks under a clock of its own,
starts `bailee serve` over what that left, and walks through the pages as a browser without scripts
would: see, hear, forget, check, who looked. Every sentence it prints it has checked; a surprise
ends it with a non-zero status.

SERVE=1 stays up at the end, and prints how to come in.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp
from browser import Browser, Page
from lived_in import PASSWORD, furnish
from media import MissingToolError, ToolFailedError
from serving import served
from telling import SurpriseError, check, title


def main() -> int:
    """Tell the story; 0 if every sentence held."""
    began = time.monotonic()
    stays = os.environ.get("SERVE", "") not in {"", "0"}
    folder = Path(tempfile.mkdtemp(prefix="bailee-demo-"))
    try:
        with opened(folder) as (port, secret):
            walk(port, secret)
            print(f"\nAll of it held, in {time.monotonic() - began:.0f} seconds.", flush=True)
            if stays:
                stay(port, secret)
    except (SurpriseError, MissingToolError, ToolFailedError) as error:
        print(f"\n   ✗ {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder)
    return 0


@contextmanager
def opened(folder: Path) -> Iterator[tuple[int, str]]:
    """The house, lived in and served: its port, and the secret of Ana's authenticator app."""
    title(17, "Three weeks in a house")
    (folder / "made").mkdir()
    house = furnish(folder / "vault", folder / "made", time.time_ns() // 1_000_000)
    house.service.close()
    kept, secret = len(house.kept), house.ana.secret
    check(kept > 300, f"two adults, a child, five devices: {kept} recordings, made on the spot")
    with served(folder / "vault", folder / "serve.log") as port:
        yield port, secret


# -- what a parent does, without scripts --------------------------------------------------------


def walk(port: int, secret: str) -> None:
    """Come in, look round, forget yesterday in the children's room, check it, see who looked."""
    browser = Browser(port=port)
    title(18, "The pages, as a browser without scripts has them")
    first = come_in(browser, secret)
    check(first.says("What to try first"), "Ana comes in; the first page says what to try")
    found = browser.get("/?q=sock")
    check(found.says("Where is my other"), "she looks for “sock” in what was said")
    forget(browser)
    who = browser.get("/looks")
    check(
        who.says("Nobody else"),
        "who looked says it plainly: Ana, Leo, and nobody else",
    )
    policy = Browser(port=port).get("/retention")
    check(
        policy.status == 200 and policy.says("hearing what was said"),
        "how long each kind is kept is public, and asks nobody to sign in",
    )


def come_in(browser: Browser, secret: str) -> Page:
    begun = browser.get("/")
    asked = browser.send(begun, "/sign-in", name="ana", password=PASSWORD)
    return browser.send(asked, "/sign-in/code", code=pyotp.TOTP(secret).now())


def forget(browser: Browser) -> None:
    """Yesterday in the children's room: two presses and a look at the numbers."""
    chosen = browser.get(browser.get("/forget").link("Children's room speaker"))
    check(chosen.says("It cannot be undone"), "one press chooses; it says what will go, in numbers")
    slip = browser.send(chosen, "/forget")
    check(
        slip.address.startswith("/receipts/") and slip.says("unreadable since"),
        "a second press forgets; the receipt says since when nobody can open it",
    )
    gone = browser.get("/?q=sock")
    check(not gone.says("Where is my other"), "what was said there is not found any more")


def stay(port: int, secret: str) -> None:
    """Keep the house open until Ctrl-C, and show what Ana's app shows."""
    print(
        f"""
The house stays open until Ctrl-C:

   http://localhost:{port}

   name      ana
   password  {PASSWORD}
   code      what Ana's app shows; it changes every 30 seconds and counts once
"""
    )
    # Also where a shell started it in the background, which lets Ctrl-C pass by.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    shown = ""
    try:
        while True:
            code = pyotp.TOTP(secret).now()
            if code != shown:
                print(f"   {time.strftime('%H:%M:%S')}  {code}", flush=True)
                shown = code
            time.sleep(1)
    except KeyboardInterrupt:
        print("\nClosed.")


if __name__ == "__main__":
    sys.exit(main())
