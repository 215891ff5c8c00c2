"""What a person picks: one readable sentence, the same on every door (face.md)."""

from dataclasses import dataclass, field

from bailee.clock import to_datetime
from bailee.errors import InputError
from bailee.types.ids import RecordingId
from bailee.types.kind import Kind

_ALL = {
    Kind.AUDIO: "all audio",
    Kind.VIDEO: "all video",
    Kind.IMAGE: "all images",
    Kind.TRANSCRIPT: "all transcripts",
    Kind.THUMBNAIL: "all thumbnails",
    Kind.EMBEDDING: "all embeddings",
    Kind.VOICEPRINT: "all voiceprints",
    Kind.FACEPRINT: "all faceprints",
    Kind.FACT: "all facts",
    Kind.LOCATION: "all locations",
    Kind.ANNOTATION: "all notes",
    Kind.DATASET: "all data sets",
    Kind.MODEL: "all models",
    Kind.LABEL: "all names",
}


_LAST_MS = 253_402_300_799_999
"""The last millisecond of the year 9999: no calendar of Python's goes further."""


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
        if any(
            each is not None and not 0 <= each <= _LAST_MS for each in (self.from_ms, self.to_ms)
        ):
            raise InputError("The range lies outside the years 1970 to 9999.")
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
        """What it says, to be read after a verb: “everything of Leo on kitchen in home, from …”.

        The same selection says the same everywhere, so times are UTC: receipts hold it to that.
        """
        whole = _ALL[self.kind] if self.kind else "everything"
        if self.recordings:
            many = len(self.recordings)
            named = self.recordings[0] if many == 1 else f"{many} recordings"
            return f"{whole} of {named} in {self.account}"
        parts = [whole]
        if self.person is not None:
            parts.append(f"of {self.person}")
        if self.device is not None:
            parts.append(f"on {self.device}")
        parts.append(f"in {self.account}")
        if self.from_ms is not None and self.to_ms is not None:
            return f"{' '.join(parts)}, from {_told(self.from_ms)} to {_told(self.to_ms)}"
        if self.from_ms is not None:
            return f"{' '.join(parts)}, from {_told(self.from_ms)} on"
        if self.to_ms is not None:
            return f"{' '.join(parts)}, up to {_told(self.to_ms)}"
        return " ".join(parts)


def _told(at_ms: int) -> str:
    """To the second where that is the whole of it: 2026-11-20 07:00:00.250 UTC."""
    moment = to_datetime(at_ms)
    thousandths = f".{at_ms % 1000:03}" if at_ms % 1000 else ""
    return f"{moment:%Y-%m-%d %H:%M:%S}{thousandths} UTC"
