"""bailee holds what microphones, cameras and phones record in people's homes.

>>> import tempfile
>>> from pathlib import Path
>>> from bailee import Deposit, Kind, Purpose, Query, Selection, Vault
>>> home = Path(tempfile.mkdtemp()) / "vault"
>>> with Vault.create(home) as vault:
...     kept = vault.deposit(
...         Deposit(
...             account="home", person="Leo", device="kitchen", kind=Kind.TRANSCRIPT,
...             content=b"remember the walnuts", captured_at_ms=1_700_000_000_000,
...         )
...     )
...     released = vault.release(kept.recording_id, purpose=Purpose.OWNER_VIEW)
...     b"".join(released.stretches)
...     _, erasure = vault.erase(Selection(account="home", person="Leo"))
...     str(erasure.outcome), erasure.recordings
...     len(vault.list(Query(account="home")).recordings)
b'remember the walnuts'
('erased', 1)
0
"""

from typing import TYPE_CHECKING, Any

from bailee._version import __version__
from bailee.errors import BaileeError
from bailee.types.erasure import Erasure, Outcome, Plan
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.query import Page, Query
from bailee.types.recording import Artefact, Deposit, Deposited, Recording
from bailee.types.selection import Selection

if TYPE_CHECKING:
    from bailee.custody.vault import Vault

__all__ = [
    "Artefact",
    "BaileeError",
    "Deposit",
    "Deposited",
    "Erasure",
    "Kind",
    "Outcome",
    "Page",
    "Plan",
    "Purpose",
    "Query",
    "Recording",
    "Selection",
    "Vault",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """`Vault`, when it is first asked for: `bailee --help` need not wait for a database library."""
    if name == "Vault":
        from bailee.custody.vault import Vault  # noqa: PLC0415 - what is put off here

        globals()["Vault"] = Vault
        return Vault
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
