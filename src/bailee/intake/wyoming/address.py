"""Where an endpoint is: ``tcp://host:port`` or ``unix:///path``."""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from bailee.errors import InputError

_PATH_BYTES = 107
"""What a Unix socket's address holds (unix(7)), without its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tcp:
    """A port of a machine. `port` 0 is any that is free, to those who listen."""

    host: str
    port: int

    @property
    def is_private(self) -> bool:
        """Whether only this machine reaches it. A name but `localhost` may be anything."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unix:
    """A socket in the file system."""

    path: Path

    @property
    def is_private(self) -> bool:
        """Always: its mode says who comes near."""
        return True


def parse_address(text: str) -> Tcp | Unix:
    """The address that *text* says.

    Raises:
        InputError: It is none.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _refused() from None
    if parts.query or parts.fragment or parts.username is not None:
        raise _refused()
    if parts.scheme == "tcp" and parts.hostname and port is not None and parts.path in {"", "/"}:
        return Tcp(host=parts.hostname, port=port)
    if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/"):
        if len(parts.path.encode()) > _PATH_BYTES or "\0" in parts.path:
            raise _refused()
        return Unix(path=Path(parts.path))
    raise _refused()


def require_private(address: Tcp | Unix, *, insecure: bool) -> None:
    """Wyoming has no encryption: what is said would cross the network for all to read.

    Args:
        address: Where it would be.
        insecure: Somebody said in so many words that it may.

    Raises:
        InputError: *address* is beyond this machine, and nobody said so.
    """
    if address.is_private or insecure:
        return
    raise InputError(
        "Refused: beyond this machine others on the network could hear all that is said there, "
        "since Wyoming has no encryption.",
        hint="Keep to tcp://127.0.0.1 or unix:// and let a TLS tunnel (stunnel, say) or a VPN "
        "bring it there; or say in so many words that it may be overheard.",
    )


def _refused() -> InputError:
    return InputError(
        "Refused: that is no address of an endpoint.",
        hint="tcp://127.0.0.1:10300, or unix:///run/bailee/kitchen.sock (107 bytes at most).",
    )
