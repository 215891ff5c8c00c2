"""How a log refuses: all beneath the tree of `bailee.errors`."""

from bailee.errors import ConflictError, EvidenceError, UnavailableError


class GapError(ConflictError):
    """Entries were offered beyond the end of the log."""

    def __init__(self, *, first_index: int, size: int) -> None:
        super().__init__(
            f"Entries from {first_index} on cannot follow a ledger of {size}.",
            hint=f"Publish entry {size} first; entries go in without gaps.",
        )


class RewriteError(EvidenceError):
    """An entry in the log differs from the one that was to be there."""

    def __init__(self, index: int) -> None:
        self.index = index
        super().__init__(
            f"Entry {index} of the ledger is not the one that was to be published there.",
            hint="The ledger and the catalogue are from different times: restore both from one "
            "backup. A ledger is never rewritten.",
        )


class LogMissingError(UnavailableError):
    """There is no checkpoint where one must be."""

    def __init__(self) -> None:
        super().__init__(
            "The ledger has no checkpoint.",
            hint="Bring it back from a copy or an export. A new one is not signed over old tiles: "
            "it could contradict the one that was lost.",
        )
