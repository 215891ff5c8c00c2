"""Passkeys in a real browser, with its virtual authenticator, on http://localhost."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from bailee.clock import FixedClock
from bailee.identity.errors import SignInError
from bailee.store.database import Database
from bailee.types.sign_in import Factor
from identity.parts_for_tests import CHEAP, HERE, PASSWORD, World
from support.phone import Phone


class Quiet(SimpleHTTPRequestHandler):
    """Serves the test page and says nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        del format, args


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page on http://localhost, which browsers hold to be secure."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "index.html").write_text("<!doctype html><title>bailee</title><h1>Sign in</h1>")
    server = ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def here(tmp_path: Path, clock: FixedClock, origin: str) -> Iterator[World]:
    """A world whose origin is the test page's."""
    database = Database(str(tmp_path / "catalog.sqlite"))
    database.create()
    yield World(database, clock, settings=replace(CHEAP, origins=(origin,)))
    database.close()


@contextmanager
def phone(browser: Browser, origin: str) -> Iterator[Phone]:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(origin)
        yield Phone(page)


def test_set_up_sign_in_and_step_up(here: World, browser: Browser, origin: str) -> None:
    """A browser's own answers register a passkey, open a session with it, and step it up."""
    entered = here.invite("per_ana", "ana", PASSWORD)
    with phone(browser, origin) as device:
        options = here.identity.own_passkeys.begin(entered.token)
        added = here.identity.own_passkeys.add(
            entered.token, device.create(options), "this browser", HERE
        )
        assert len(added.codes) == 10
        asked = here.identity.passkeys.begin()
        body = device.get(asked.options)
        signed_in = here.identity.passkeys.finish(body, asked.ticket, HERE)
        assert signed_in.session.person_id == "per_ana"
        assert signed_in.session.factor is Factor.PASSKEY
        with pytest.raises(SignInError):
            here.identity.passkeys.finish(body, asked.ticket, HERE)
        options = here.identity.step_up.begin_passkey(signed_in.token)
        moved = here.identity.step_up.by_passkey(signed_in.token, device.get(options), HERE)
        assert moved.session.stepped_up_ms == here.clock.now_ms()


def test_a_user_who_is_not_verified(here: World, browser: Browser, origin: str) -> None:
    """The browser refuses what the options ask for; asked for less, its answer is refused here."""
    entered = here.invite("per_ana", "ana", PASSWORD)
    with phone(browser, origin) as device:
        options = here.identity.own_passkeys.begin(entered.token)
        here.identity.own_passkeys.add(entered.token, device.create(options), "browser", HERE)
        device.verify_user(False)
        asked = here.identity.passkeys.begin()
        with pytest.raises(Error, match="NotAllowedError"):
            device.get(asked.options)
        weaker = asked.options.replace('"required"', '"discouraged"')
        assert weaker != asked.options
        with pytest.raises(SignInError):
            here.identity.passkeys.finish(device.get(weaker), asked.ticket, HERE)
        device.verify_user(True)
        again = here.identity.passkeys.begin()
        here.identity.passkeys.finish(device.get(again.options), again.ticket, HERE)
