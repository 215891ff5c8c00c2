"""The ledger: an append-only log in static tile files.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from bailee.store.ledger import FolderLedger, Log, LogReader
    >>> from bailee.tlog import Signer
    >>> folder = Path(tempfile.mkdtemp())
    >>> signer = Signer.from_seed("log.example/home", bytes(32))
    >>> log = Log.create(FolderLedger(folder / "ledger"), signer, "log.example/home")
    >>> log.integrate(0, [b"one", b"two"]).size
    2
    >>> log.export(folder / "export").size
    2

and, elsewhere, with the export and the vkey alone:

    >>> list(LogReader(FolderLedger(folder / "export"), signer.verifier).entries())
    [(0, b'one'), (1, b'two')]
"""

from bailee.store.ledger.contract import CHECKPOINT, LedgerFiles, LedgerStore
from bailee.store.ledger.errors import GapError, LogMissingError, RewriteError
from bailee.store.ledger.folder import FolderLedger, LedgerPathError
from bailee.store.ledger.log import Log, Proven
from bailee.store.ledger.reader import LogReader

__all__ = [
    "CHECKPOINT",
    "FolderLedger",
    "GapError",
    "LedgerFiles",
    "LedgerPathError",
    "LedgerStore",
    "Log",
    "LogMissingError",
    "LogReader",
    "Proven",
    "RewriteError",
]
