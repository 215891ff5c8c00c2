"""The carrier that speaks to e-mail, push and chat services: `apprise`.

Slow to import: the server alone does.
"""

from urllib.parse import urlsplit

import apprise

from bailee.errors import InputError

SCHEMES = frozenset(
    {
        "gotify",
        "gotifys",
        "json",
        "jsons",
        "mailto",
        "mailtos",
        "matrix",
        "matrixs",
        "ntfy",
        "ntfys",
        "pover",
        "rocket",
        "rockets",
        "schan",
        "signal",
        "signals",
        "slack",
        "tgram",
        "xmpp",
        "xmpps",
    }
)
"""What goes to somebody's own account at a service; none that runs or writes something here."""


class AppriseCarrier:
    """Sends one message to one address."""

    def check(self, url: str) -> None:
        """Raise `InputError` unless *url* (untrusted) is one that messages can go to."""
        # The address itself may hold a password: it is in no message.
        if not _is_address(url):
            raise InputError(
                "That is no address that messages can go to.",
                hint=f"It begins with one of: {', '.join(sorted(SCHEMES))}.",
            )

    def send(self, url: str, subject: str, body: str) -> bool:
        """Hand a message over; whether it was accepted."""
        taker = apprise.Apprise()
        # Plain words: nothing in them is markup, or a file to attach.
        return bool(
            taker.add(url)
            and taker.notify(body=body, title=subject, body_format=apprise.NotifyFormat.TEXT)
        )


def _is_address(url: str) -> bool:
    """Whether a service of `SCHEMES` is meant, and apprise can make something of it."""
    try:
        known = urlsplit(url).scheme.lower() in SCHEMES and url.isprintable()
        return known and apprise.Apprise.instantiate(url) is not None
    except Exception:  # noqa: BLE001  untrusted, and taken apart by a plugin for each service
        return False
