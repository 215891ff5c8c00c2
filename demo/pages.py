"""A third story: the pages, over a house that looks lived-in.

Run as `make demo`, after `door.py`. It lives in a house for three weeks under a clock of its own,
starts `bailee serve` over what that left, and walks through the pages as a browser without scripts
would: see, hear, forget, check, who looked. Then a satellite speaks in two of its rooms. Every sentence it prints it has checked; a surprise
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
from lived_in import PASSWORD, LivedIn, furnish
from media import MissingToolError, ToolFailedError
from satellite import Satellite
from serving import served
from telling import SurpriseError, check, title
from weeks import CHILDREN, KITCHEN


def main() -> int:
    """Tell the story; 0 if every sentence held."""
    began = time.monotonic()
    stays = os.environ.get("SERVE", "") not in {"", "0"}
    folder = Path(tempfile.mkdtemp(prefix="bailee-demo-"))
    try:
        with opened(folder) as (port, house):
            secret = house.ana.secret
            browser = Browser(port=port)
            walk(browser, port, secret)
            talk(browser, house)
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
def opened(folder: Path) -> Iterator[tuple[int, LivedIn]]:
    """The house, lived in and served: its port."""
    title(17, "Three weeks in a house")
    (folder / "made").mkdir()
    house = furnish(folder / "vault", folder / "made", time.time_ns() // 1_000_000)
    house.service.close()
    kept = len(house.kept)
    check(kept > 300, f"two adults, a child, five devices: {kept} recordings, made on the spot")
    with served(folder / "vault", folder / "serve.log") as port:
        yield port, house


# -- what a parent does, without scripts --------------------------------------------------------


def walk(browser: Browser, port: int, secret: str) -> None:
    """Come in, look round, forget yesterday in the children's room, check it, see who looked."""
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


# -- what is said in the kitchen, and in the children's room --------------------------------------


def talk(browser: Browser, house: LivedIn) -> None:
    """Remember, forget when asked aloud, and forget for good; ask first where it is much."""
    title(19, "A voice in the kitchen: a satellite, over Wyoming")
    kitchen = Satellite(port=house.ports[KITCHEN], voice="kal16")
    children = Satellite(port=house.ports[CHILDREN], voice="awb")
    another = Satellite(port=house.ports[KITCHEN], voice="slt")  # no voice is told from another
    engine = kitchen.wait()
    print(f"   Heard by {engine}, in the house; spoken by flite.")
    told(kitchen, "remember that i am allergic to peanuts", "remember", "it is remembered")
    asked = "what do you remember"
    told(kitchen, asked, "allergic to peanuts", "and known when somebody asks")
    check(browser.get("/?q=peanuts").says("peanuts"), "the page has it too: the words, the sound")
    forgotten_aloud(another, "delete everything i said today")
    found = kitchen.say(asked)
    check("peanut" not in found.answer, f"asked again, nobody knows: “{found.answer}”")
    check(
        not browser.get("/?q=peanuts").says("allergic to peanuts"),
        "nor does the page: words, sound and fact",
    )
    children.wait()
    told(children, "what time is it", "It is", "in the children's room somebody asks for the time")
    told(another, "delete everything mia said today", "Shall I", "for a child, a parent is asked")
    told(another, "yes", "forgot", "and says yes")
    receipts = browser.get("/receipts")
    check(receipts.says("voice"), "the receipts are on the page, and say that it was by voice")


def forgotten_aloud(satellite: Satellite, words: str) -> None:
    """Say it; where the two recognisers differ, it asks, and is told yes."""
    heard = satellite.say(words)
    if "Shall I" in heard.answer:
        told(satellite, words, "Shall I", "the two recognisers differ, so it asks")
        words, heard = "yes", satellite.say("yes")
    check("forgot" in heard.answer, f"“{words}” → “{heard.answer}”: forgotten, when asked aloud")


def told(satellite: Satellite, words: str, answer: str, sentence: str) -> None:
    """Say it, and check what comes back."""
    heard = satellite.say(words)
    check(answer in heard.answer, f"“{words}” → “{heard.answer}”: {sentence}")


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
