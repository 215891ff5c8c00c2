"""The systemd unit of `bailee serve`: hardened, and able to write where a vault lives alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bailee.errors import InputError

NAME = "bailee.service"
_SEALED = (
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "PrivateTmp=yes",
    "LockPersonality=yes",
    # Nothing that bailee runs makes code at run time: argon2 and the media library come compiled.
    "MemoryDenyWriteExecute=yes",
    # AF_NETLINK: the resolver asks the kernel which addresses this machine has.
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "UMask=0077",
)
_SEALED_BY_ROOT = (
    "PrivateDevices=yes",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
)
"""What only the machine's own systemd can do; a person's own would not start the service."""
_LOW_PORT = "CAP_NET_BIND_SERVICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What the unit is made of.

    Attributes:
        program: What to run.
        words: What is said to `bailee serve`.
        home: The vault's folder.
        writes: Where else it writes: root stores, backups; a place that is away is passed over.
        user: Whose it runs as; "" in a person's own systemd, which runs it as that person.
        port: Where it listens; below 1024 it needs, and gets, leave for that alone.
    """

    program: str
    words: Sequence[str]
    home: Path
    writes: Sequence[Path]
    user: str
    port: int

    def text(self) -> str:
        """The file."""
        return "\n".join(
            [
                "# Made by `bailee service install`; make it again rather than changing it here.",
                "[Unit]",
                "Description=bailee: custody for what this house records",
                "Wants=network-online.target",
                "After=network-online.target postgresql.service",
                "",
                "[Service]",
                "Type=exec",
                f"ExecStart={self._command()}",
                *([f"User={self.user}"] if self.user else []),
                "Restart=on-failure",
                "RestartSec=5",
                # Long enough for what is being taken in to end as it should.
                "TimeoutStopSec=60",
                f"ReadWritePaths={_path(self.home)}",
                *(f"ReadWritePaths={_path(each, may_be_away=True)}" for each in self.writes),
                *_SEALED,
                *self._sealed_further(),
                "",
                "[Install]",
                f"WantedBy={'multi-user.target' if self.user else 'default.target'}",
                "",
            ]
        )

    def _command(self) -> str:
        words = ["--home", str(self.home), "serve", *self.words]
        return " ".join([_path(self.program), *(_argument(each) for each in words)])

    def _sealed_further(self) -> list[str]:
        if not self.user:
            return ["PrivateUsers=yes"]  # without it a person's own systemd cannot seal folders
        low = _LOW_PORT if 0 < self.port < 1024 else ""
        return [
            *_SEALED_BY_ROOT,
            f"CapabilityBoundingSet={low}",
            *([f"AmbientCapabilities={low}"] if low else []),
        ]


def _argument(text: str) -> str:
    """A word of the command line (systemd.service(5), “Command lines”)."""
    return f'"{_checked(text).replace("$", "$$")}"'


def _path(path: Path | str, *, may_be_away: bool = False) -> str:
    """A path (systemd.exec(5), “ReadWritePaths”); the mark of one that may be missing inside.

    Variables are not looked for in it, so a dollar stands for itself.
    """
    return f'"{"-" if may_be_away else ""}{_checked(str(path))}"'


def _checked(text: str) -> str:
    """Without what systemd reads otherwise in one setting than in another."""
    if any(ord(each) < 32 or ord(each) == 127 or each in "\"\\'" for each in text):
        raise InputError(
            "A path or option holds a sign that a unit cannot have.",
            hint="Leave out quotes, backslashes and line breaks.",
        )
    return text.replace("%", "%%")
