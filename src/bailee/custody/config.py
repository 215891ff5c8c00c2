"""What a vault's folder says of itself: `vault.json`, readable, without secrets.

Trusted as far as its folder is. Who changes it can make the vault not open, or look for its parts
elsewhere; they cannot read anything with it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bailee.errors import ConflictError, InputError, UnknownError
from bailee.rules.retention import Policy, policy_from
from bailee.store import files

CONFIG = "vault.json"
_VERSION = 1
DEFAULT_EXPIRY_STEP_DAYS = 31
DEFAULT_HORIZON_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Where the parts of a vault are, and how it is run.

    Attributes:
        vault_id: 16 bytes, as 32 hex digits.
        database: A path inside the folder, or a PostgreSQL URL.
        content: A path inside the folder, or a URL of S3 and kin.
        root_stores: Absolute paths, the first one first asked.
        vkey: The public key that verifies this vault's checkpoints (C2SP signed note).
        retention: Rows that differ from the default policy, by kind (R-19).
        expiry_step_days: How far one expiry may step without being confirmed.
        horizon_hours: How long after an erasure a rotation is due.
    """

    vault_id: str
    database: str
    content: str
    root_stores: tuple[str, ...]
    vkey: str
    retention: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    expiry_step_days: int = DEFAULT_EXPIRY_STEP_DAYS
    horizon_hours: int = DEFAULT_HORIZON_HOURS

    @property
    def origin(self) -> str:
        """The name of its log and key: `bailee.invalid/` and the vault's id."""
        return f"bailee.invalid/{self.vault_id}"

    @property
    def policy(self) -> Policy:
        """The retention policy; raises `InputError` when it does not hold."""
        return policy_from(self.retention)

    def without_store(self, place: str) -> "Config":
        """Give up a root store by name.

        Raises:
            UnknownError: There is no such store.
            ConflictError: It is the last one.
        """
        left = tuple(each for each in self.root_stores if each != place)
        if len(left) == len(self.root_stores):
            known = ", ".join(self.root_stores)
            raise UnknownError("There is no root store of that name.", hint=f"Known: {known}.")
        if not left:
            raise ConflictError("The last root store cannot be given up: it holds the only root.")
        return replace(self, root_stores=left)


def read_config(home: Path) -> Config:
    """The configuration of the vault in *home*.

    Raises:
        UnknownError: There is no vault there.
        InputError: The file is damaged, or of a version this bailee does not know.
    """
    path = home / CONFIG
    if not path.is_file():
        raise UnknownError(
            f"There is no vault in {home}.",
            hint="Make one with `bailee init`, or name its folder by --home or BAILEE_HOME.",
        )
    try:
        fields: dict[str, Any] = json.loads(path.read_text())
        version = fields.pop("version")
        fields["root_stores"] = tuple(fields["root_stores"])
        config = Config(**fields)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} cannot be read.", hint="Restore it from a backup; it holds no secrets."
        ) from error
    if version != _VERSION:
        raise InputError(f"{path} is of version {version}; this bailee knows {_VERSION}.")
    config.policy  # noqa: B018 - a vault whose policy does not hold does not open (R-02)
    return config


def write_config(home: Path, config: Config) -> None:
    """Put the configuration in place. A crash leaves the old one or the new one."""
    fields = {name: getattr(config, name) for name in config.__slots__}
    text = json.dumps({"version": _VERSION, **fields}, indent=2) + "\n"
    with files.on_disk(str(home)):
        files.replace(home / CONFIG, [text.encode()])
