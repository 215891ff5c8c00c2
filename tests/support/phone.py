"""Chromium as the system packages it, and in it an authenticator that verifies its user."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CREATE = """async options => JSON.stringify((await navigator.credentials.create({publicKey:
    PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options))})).toJSON())"""
GET = """async options => JSON.stringify((await navigator.credentials.get({publicKey:
    PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options))})).toJSON())"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; CHROMIUM in the environment names another one."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


class Phone:
    """A page with a virtual authenticator that verifies its user, until it is told not to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._devtools.send("WebAuthn.enable")
        made = self._devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        self._id = made["authenticatorId"]

    def verify_user(self, verified: bool) -> None:
        self._devtools.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": self._id, "isUserVerified": verified},
        )

    def create(self, options: str) -> str:
        return str(self.page.evaluate(CREATE, options))

    def get(self, options: str) -> str:
        return str(self.page.evaluate(GET, options))
