"""An invitation as it is handed over: a link, or a token and how to use it; shown once."""

import json
from typing import Any
from urllib.parse import urlsplit

import click

from bailee.cli import say
from bailee.errors import InputError

ORIGIN = click.option(
    "--origin",
    envvar="BAILEE_ORIGIN",
    metavar="URL",
    help="Where people reach `bailee serve`, such as https://home.lan: makes the invitation a link.",
)


def clean_origin(text: str | None) -> str:
    """Scheme, name and port alone; "" where nothing was said.

    Raises:
        InputError: It is no such thing.
    """
    if not text:
        return ""
    try:
        parts = urlsplit(text.rstrip("/"))
        bare = f"{parts.scheme}://{parts.netloc}" == text.rstrip("/")
        known = (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
        )
        good = known and bare and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        raise InputError("--origin is no address.", hint="Write it like https://home.lan.")
    return text.rstrip("/")


def as_lines(token: str, expires_ms: int, origin: str) -> list[str]:
    """What to hand over, and until when it works."""
    if origin:
        handed = [f"  {_link(token, origin)}", ""]
    else:
        sent = {"invitation": token, "name": "ana@example.org", "password": "…"}
        asked = json.dumps(sent, ensure_ascii=False)
        handed = [
            f"  {token}",
            "",
            "ORIGIN being what `bailee serve` says, they open ORIGIN/join#TOKEN, or type:",
            f"  curl --json '{asked}' ORIGIN/v1/invitations/accept",
        ]
    return [
        "Hand this over by a way that is only theirs. It is shown this once, works once, and until",
        f"{say.local(expires_ms)}:",
        "",
        *handed,
    ]


def as_json(token: str, expires_ms: int, origin: str) -> dict[str, Any]:
    """The same for programs."""
    link = {"link": _link(token, origin)} if origin else {}
    return {"invitation": token, **link, **say.moment("expires", expires_ms)}


def _link(token: str, origin: str) -> str:
    """Behind the #, so that no server's log has it."""
    return f"{origin}/join#{token}"
