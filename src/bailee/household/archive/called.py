"""What persons and devices are called in an archive, and whether they still are."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from bailee.custody.desk import Desk, Transaction
from bailee.errors import UnknownError
from bailee.household.choosing import device_name, person_name
from bailee.types.ids import AccountId


@dataclass(frozen=True, slots=True)
class CalledNow:
    """Names by id, each looked up once; "" for whom nobody named, or who is gone."""

    desk: Desk
    account_id: AccountId
    known: dict[str, str] = field(default_factory=dict)

    def __call__(self, opaque_id: str) -> str:
        """What a person or device is called."""
        if opaque_id not in self.known:
            self.known[opaque_id] = self.desk.read(lambda t: _name(t, self.account_id, opaque_id))
        return self.known[opaque_id]

    def mark(self, ids: Iterable[str], salt: bytes) -> bytes:
        """A hash of what *ids* are called; 32 bytes."""
        names = {each: self(each) for each in ids}
        return sha256(salt + json.dumps(names, sort_keys=True).encode()).digest()


def _name(t: Transaction, account_id: str, opaque_id: str) -> str:
    find = person_name if opaque_id.startswith("per_") else device_name
    try:
        return find(t, account_id, opaque_id) if opaque_id else ""
    except UnknownError:
        return ""
