"""What a person picks: one readable sentence, the same on every door (face.md)."""

from dataclasses import dataclass, field

from bailee.clock import iso
from bailee.errors import InputError
from bailee.types.ids import RecordingId
from bailee.types.kind import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A part of one account, in the user's own words.

    Attributes:
        account: The account's name.
        recordings: These recordings alone; excludes every other part but `kind`.
        person: Whose; None for everybody.
        device: Which; None for all.
        kind: One kind alone; None for recordings with all that was made from them.
        from_ms: First millisecond, inclusive; None for the beginning.
        to_ms: Last millisecond, inclusive; None for now.
        everything: Said in so many words; required when nothing narrows the account.
    """

    account: str
    recordings: tuple[RecordingId, ...] = field(default=())
    person: str | None = None
    device: str | None = None
    kind: Kind | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    everything: bool = False

    def check(self) -> None:
        """Raise `InputError` unless the selection says one clear thing."""
        ranged = self.from_ms is not None or self.to_ms is not None
        narrowed = self.person is not None or self.device is not None or ranged
        if not self.account:
            raise InputError("An account is needed.", hint="Give --account.")
        if self.from_ms is not None and self.to_ms is not None and self.from_ms > self.to_ms:
            raise InputError("The range ends before it begins.", hint="Swap --from and --to.")
        if self.recordings and (narrowed or self.everything):
            raise InputError(
                "Recordings picked by id cannot also be picked by person, device or time.",
                hint="Use one or the other.",
            )
        if not (self.recordings or narrowed or self.kind or self.everything):
            raise InputError(
                "That would mean the whole account.",
                hint="Narrow it, or say --everything.",
            )

    def sentence(self) -> str:
        """What it says, to be read after a verb: “everything said by Leo on …”."""
        if self.recordings:
            many = len(self.recordings)
            named = self.recordings[0] if many == 1 else f"{many} recordings"
            what = f"the {self.kind} of {named}" if self.kind else named
            return f"{what} in {self.account}"
        parts = [f"every {self.kind}" if self.kind else "everything"]
        if self.person is not None:
            parts.append(f"of {self.person}")
        if self.device is not None:
            parts.append(f"on {self.device}")
        if self.person is None and self.device is None:
            parts.append(f"in {self.account}")
        if self.from_ms is not None:
            parts.append(f"from {iso(self.from_ms)}")
        if self.to_ms is not None:
            parts.append(f"to {iso(self.to_ms)}")
        return " ".join(parts)
