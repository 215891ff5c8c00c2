"""Where a Home Assistant is, and the token that it knows bailee by; both are checked once, here."""

import os
import ssl
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bailee.errors import InputError, UnavailableError

_TOKEN_MOST = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a Home Assistant is.

    Attributes:
        host: A name or an address.
        port: Of `host`.
        path: "" or what comes before ``/api``, beginning with a slash.
        tls: What it shows is verified; None for plain HTTP, which others on the network can read.
    """

    host: str
    port: int
    path: str = ""
    tls: ssl.SSLContext | None = None


def parse_address(text: str, *, authority: Path | None = None) -> Address:
    """The address in ``https://host:port``.

    Args:
        text: Untrusted.
        authority: The certificate, PEM, of whoever signed Home Assistant's; None for those that
            this machine trusts.

    Raises:
        InputError: It is none, or *authority* is no certificate.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _no_address() from None
    odd = parts.username is not None or parts.password is not None or parts.query or parts.fragment
    if parts.scheme not in {"http", "https"} or not parts.hostname or odd or not _is_plain(text):
        raise _no_address()
    secure = parts.scheme == "https"
    return Address(
        host=parts.hostname,
        port=port or (443 if secure else 80),
        path=parts.path.rstrip("/"),
        tls=_verifying(authority) if secure else None,
    )


def read_token(path: Path) -> str:
    """The long-lived access token in a file that nobody else can read.

    Raises:
        InputError: Others can read it, or it holds no token.
        UnavailableError: There is no such file, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            token = file.read(_TOKEN_MOST + 1).decode("ascii", "replace").strip()
    except OSError as error:
        raise UnavailableError(
            f"The token of Home Assistant cannot be read: {error.strerror}.",
            hint="Make one in Home Assistant, in your profile under Security, and write it there.",
        ) from error
    if stat.S_IMODE(mode) & 0o077:
        raise InputError(
            "The file with the token of Home Assistant can be read by others.",
            hint=f"chmod 600 {path}",
        )
    if not 0 < len(token) <= _TOKEN_MOST or " " in token or not _is_plain(token):
        raise InputError(
            "The file with the token of Home Assistant holds something else.",
            hint="It holds the token alone, in one line.",
        )
    return token


def _verifying(authority: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authority)
    except (OSError, ssl.SSLError) as error:
        raise InputError(
            f"{authority} is not a certificate.", hint="It is a PEM file, of a certificate."
        ) from error


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _no_address() -> InputError:
    return InputError(
        "That is no address of a Home Assistant.",
        hint="It is like https://homeassistant.local:8123, without a name, a password or a query.",
    )
