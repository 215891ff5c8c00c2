"""Looking at many at once: a page of one's own timeline, a search through what was said.

Each is one entry in the ledger (design §2). What somebody may not open is left out as if it were
not there; nothing is indexed in the clear.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bailee.custody.look import MOST, Looked, contents
from bailee.custody.vault import Vault
from bailee.custody.view import place_in_list
from bailee.errors import GoneError, InputError
from bailee.household.choosing import no_household
from bailee.household.ground import Ground
from bailee.household.knowing import Knowing
from bailee.household.timeline import Timeline
from bailee.rules.folded import Folded, words_of
from bailee.types.decide import Principal
from bailee.types.found import Found, Hit
from bailee.types.ids import AccountId, ArtefactId, DeviceId, PersonId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.query import Query
from bailee.types.recording import Artefact, Recording

SMALL_BYTES = 65_536
"""Larger ones are opened one by one."""
HEAD_BYTES = 4_096
"""How much of a text a page shows at most."""
_TEXT_BYTES = 1 << 20
"""Longer texts are not searched: at some ten characters a second this one is spoken for a day."""
_RECORDINGS = 300
_SEARCH_S = 2.0
_MOST_WORDS, _LONGEST_WORDS = 10, 200


@dataclass(frozen=True, slots=True)
class Looking:
    """Opens many small things at once."""

    ground: Ground
    vault: Vault

    def open(
        self,
        principal: Principal,
        account_id: AccountId,
        artefact_ids: Iterable[ArtefactId],
        *,
        purpose: Purpose = Purpose.OWNER_VIEW,
    ) -> dict[ArtefactId, bytes]:
        """The bytes of those that are small and may be opened; 500 at most.

        Raises:
            DeniedError: The session is too old to be shown anything.
            InputError: There are too many, or what is no id among them.
            UnknownError: They do not belong to the household, or there is none.
        """
        ids = list(artefact_ids)
        return contents(self._look(principal, account_id, ids, SMALL_BYTES, purpose))

    def page(
        self,
        principal: Principal,
        account_id: AccountId,
        recordings: Iterable[Recording],
        *,
        kinds: Collection[Kind] = (Kind.TRANSCRIPT, Kind.THUMBNAIL),
    ) -> dict[ArtefactId, bytes]:
        """What a page of the timeline shows of *recordings*: of texts their first 4 KiB.

        Raises as `open`.
        """
        wanted = [
            each.id
            for recording in recordings
            for each in recording.artefacts
            if each.kind in kinds and (_is_text(each) or each.size_bytes <= SMALL_BYTES)
        ]
        ids = list(dict.fromkeys(wanted))[:MOST]
        looked = self._look(principal, account_id, ids, None, Purpose.OWNER_VIEW)
        found: dict[ArtefactId, bytes] = {}
        for each in looked:
            head = min(each.size_bytes, HEAD_BYTES) if _is_text(each) else each.size_bytes
            content = _read(each, head)
            if content is not None:
                found[each.artefact_id] = content
        return found

    def search(
        self,
        principal: Principal,
        account_id: AccountId,
        words: str,
        query: Query,
        *,
        person_id: PersonId | None = None,
        device_id: DeviceId | None = None,
    ) -> Found:
        """Transcripts with all of *words*, whatever their case: one step, newest first.

        A step reads the transcripts of at most 300 recordings that fit the filters, for two seconds
        at most, and is one entry; it goes on from `Found.next`.

        Raises:
            DeniedError: The session is too old to be told anything.
            InputError: There are no words, or too many; or the filters are none.
            UnknownError: No such household, person or device, or none they may know of.
        """
        asked = words_of(words) if len(words) <= _LONGEST_WORDS else ()
        if not 1 <= len(asked) <= _MOST_WORDS:
            raise InputError(
                "Those are no words to look for.",
                hint=f"Give 1 to {_MOST_WORDS} words, {_LONGEST_WORDS} characters in all.",
            )
        limit = min(query.limit, _RECORDINGS)
        spoken = replace(query, kind=Kind.TRANSCRIPT, newest_first=True, limit=limit)
        page = Timeline(self.ground, self.vault).list(
            principal, account_id, spoken, person_id=person_id, device_id=device_id
        )
        there = _together(page.recordings)
        texts = {each: recording for recording in there for each in _transcripts(recording)}
        looked = self._look(principal, account_id, list(texts), _TEXT_BYTES, Purpose.OWNER_VIEW)
        read = list(_in_time(looked, texts))
        if len(read) < len(looked):
            there = there[: 1 + there.index(texts[read[-1][0].artefact_id])]
        all_ = len(there) == len(page.recordings)
        return Found(
            hits=tuple(_hits(read, texts, asked)),
            searched=len(read),
            back_to_ms=there[-1].begin_ms if there else None,
            next=page.next if all_ else place_in_list(there[-1]),
        )

    def _look(
        self,
        principal: Principal,
        account_id: AccountId,
        ids: Sequence[ArtefactId],
        at_most_bytes: int | None,
        purpose: Purpose,
    ) -> tuple[Looked, ...]:
        knowing = Knowing(self.ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        looked = self.vault.look(
            account_id, ids, purpose=purpose, principal=principal, at_most_bytes=at_most_bytes
        )
        if not looked:
            knowing.require_awake(principal, account_id)
        return looked


def _is_text(each: Artefact | Looked) -> bool:
    return each.kind in {Kind.TRANSCRIPT, Kind.FACT, Kind.ANNOTATION}


def _read(each: Looked, size_bytes: int) -> bytes | None:
    """Its first bytes; None where it was forgotten since it was looked up."""
    try:
        return each.read(0, size_bytes)
    except GoneError:
        return None


def _transcripts(recording: Recording) -> list[ArtefactId]:
    return [each.id for each in recording.artefacts if each.kind is Kind.TRANSCRIPT][:MOST]


def _together(recordings: Sequence[Recording]) -> Sequence[Recording]:
    """The first of *recordings*, with no more transcripts than are looked at at once."""
    count = 0
    for number, each in enumerate(recordings):
        count += len(_transcripts(each))
        if count > MOST:
            return recordings[:number]
    return recordings


def _in_time(
    looked: Iterable[Looked], texts: Mapping[ArtefactId, Recording]
) -> Iterator[tuple[Looked, bytes]]:
    """Each with its bytes, until the time is over: all of a recording at least, and never a part."""
    until = time.monotonic() + _SEARCH_S
    reading: Recording | None = None
    for each in looked:
        recording = texts[each.artefact_id]
        if reading not in (None, recording) and time.monotonic() > until:
            return
        reading = recording
        yield each, _read(each, each.size_bytes) or b""


def _hits(
    read: Iterable[tuple[Looked, bytes]],
    texts: Mapping[ArtefactId, Recording],
    asked: Sequence[str],
) -> Iterator[Hit]:
    for each, content in read:
        text = Folded.of(content.decode(errors="replace"))
        if marks := text.marks(asked):
            yield Hit(
                recording=texts[each.artefact_id],
                artefact_id=each.artefact_id,
                text=text.plain,
                marks=marks,
            )
