"""An invitation as it is handed over: a token and how to use it; shown once."""

from typing import Any
from urllib.parse import urlsplit

import click

from bailee.cli import say
from bailee.errors import InputError

_HERE = "http://localhost:8443"
"""Where `bailee serve` is unless told otherwise."""
ORIGIN = click.option(
    "--origin",
    envvar="BAILEE_ORIGIN",
    metavar="URL",
    help="Where people reach `bailee serve`, such as https://home.lan:8443.",
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
    return [
        "Hand this over by a way that is only theirs. It is shown this once, works once, and until",
        f"{say.local(expires_ms)}:",
        "",
        f"  {token}",
        "",
        "While `bailee serve` runs, they open this link, and choose how they sign in:",
        f"  {origin or _HERE}/join#{token}",
    ]


def as_json(token: str, expires_ms: int) -> dict[str, Any]:
    """The same for programs."""
    return {"invitation": token, **say.moment("expires", expires_ms)}
