"""Previews: a waveform or a small picture of a recording, made when somebody first looks (ADR 0011).

Each is an artefact of its own, derived from its recording: whatever forgets that forgets it too,
and it ends no later. The recording is opened for who looks, by their own rights, with one entry for
a page. What is made of it is deposited by the house itself: a guest or a child who may look takes
nothing in, and the gate asks of the house all that it asks of any deposit about that person.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bailee.clock import DAY_MS
from bailee.custody.look import Looked
from bailee.custody.vault import Vault
from bailee.errors import ConflictError, DeniedError, GoneError, UnknownError
from bailee.household.choosing import no_household
from bailee.household.ground import Ground
from bailee.household.knowing import Knowing, Place
from bailee.household.timeline import Timeline
from bailee.rules.keep_for import days_for
from bailee.types.decide import OPERATOR, Access, Principal, Verb
from bailee.types.ids import AccountId, ArtefactId, RecordingId
from bailee.types.keep_for import DONT_KEEP
from bailee.types.kind import Kind
from bailee.types.preview import MADE_HERE, Draw, preview_of, shown_by
from bailee.types.purpose import Purpose
from bailee.types.recording import Artefact, Deposit, Recording

AT_ONCE = 12
"""How many recordings are opened for one request."""
MAKE_S = 15.0
"""How long one request goes on making them; one more may be under way then."""
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is to be drawn: a recording's film, picture or sound, and how long to keep the preview."""

    recording: Recording
    source: Artefact
    keep_days: int


@dataclass(slots=True)
class _Notes:
    """What this process knows of those that lack one. Losing it costs time and nothing else."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    being_made: set[RecordingId] = field(default_factory=set)
    not_taken: OrderedDict[RecordingId, None] = field(default_factory=OrderedDict)

    @contextmanager
    def making(self, wanted: Iterable[_Wanted]) -> Iterator[list[_Wanted]]:
        """Those of *wanted* that nobody else here makes at the moment."""
        with self.lock:
            mine = [each for each in wanted if each.recording.id not in self.being_made]
            ids = {each.recording.id for each in mine}
            self.being_made |= ids
        try:
            yield mine
        finally:
            with self.lock:
                self.being_made -= ids

    def decline(self, recording_id: RecordingId) -> None:
        """It was not taken in: its stretch is forgotten for previews, or something forbids it."""
        with self.lock:
            self.not_taken[recording_id] = None
            if len(self.not_taken) > _REMEMBERED:
                self.not_taken.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Previews:
    """Says what has a preview, and makes those that are lacking."""

    ground: Ground
    vault: Vault
    draw: Draw | None
    _notes: _Notes = field(default_factory=_Notes)

    def of(self, recording: Recording) -> Artefact | None:
        """The preview to show of *recording*; see `preview_of`."""
        return preview_of(recording)

    def lacking(self, recordings: Iterable[Recording]) -> tuple[RecordingId, ...]:
        """Those of *recordings* that could have a preview, and for which none was tried."""
        return tuple(each.id for each in recordings if self._lacks(each))

    def make(
        self, principal: Principal, account_id: AccountId, recording_ids: Sequence[RecordingId]
    ) -> int:
        """Make the previews that some recordings lack; how many were made, or found to be none.

        A dozen at most, and for fifteen seconds; the others are still lacking then. What
        *principal* may not open is not opened. A crash leaves those that were deposited.

        Raises:
            DeniedError: The session is too old to be shown anything.
            UnavailableError: Nothing can be drawn, or stored, here.
            UnknownError: They do not belong to the household, or there is none.
        """
        knowing = Knowing(self.ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        knowing.require_awake(principal, account_id)
        shown = self._shown(principal, account_id, recording_ids[:AT_ONCE])
        with self._notes.making(self._wanted(account_id, shown)) as wanted:
            by_id = {each.source.id: each for each in wanted}
            looked = self.vault.look(
                account_id, list(by_id), purpose=Purpose.OWNER_VIEW, principal=principal
            )
            until = time.monotonic() + MAKE_S
            made = 0
            for each in looked:
                if time.monotonic() > until:
                    break
                made += self._make(each, by_id[each.artefact_id])
        return made

    def _lacks(self, recording: Recording) -> bool:
        return (
            self.draw is not None
            and shown_by(recording) is not None
            and preview_of(recording) is None
            and recording.id not in self._notes.not_taken
        )

    def _shown(
        self, principal: Principal, account_id: AccountId, ids: Sequence[RecordingId]
    ) -> Iterator[Recording]:
        timeline = Timeline(self.ground, self.vault)
        for each in dict.fromkeys(ids):
            try:
                recording = timeline.show(principal, account_id, each)
            except (GoneError, UnknownError):
                continue
            if self._lacks(recording):
                yield recording

    def _wanted(self, account_id: AccountId, recordings: Iterable[Recording]) -> list[_Wanted]:
        """What is to be drawn of *recordings*, each source once, where it may be kept at all."""
        found: dict[ArtefactId, _Wanted] = {}
        rules = self.vault.keep_rules(account_id)
        today = self.ground.desk.clock.now_ms() // DAY_MS
        most = self.vault.config.policy[Kind.THUMBNAIL].at_most_days
        for recording in recordings:
            shown = shown_by(recording)
            assert shown is not None, "it lacks a preview"
            places = self._places(shown.sources)
            ruled = days_for(rules, Kind.THUMBNAIL, [place[1:3] for place in places])
            days = min(shown.kept_until_day - today, most, most if ruled is None else ruled)
            if days > DONT_KEEP and all(self._may_keep(place) for place in places):
                found.setdefault(
                    shown.id, _Wanted(recording=recording, source=shown, keep_days=days)
                )
        return list(found.values())

    def _places(self, ids: Sequence[RecordingId]) -> list[Place]:
        return list(self.ground.desk.read(lambda t: t.places_of(ids)).values())

    def _may_keep(self, place: Place) -> bool:
        """Whether the gate would let the house deposit it; asked first, so that no refusal is told."""
        account_id, person_id, device_id, span = place
        access = Access(
            principal=OPERATOR,
            verb=Verb.DEPOSIT,
            purpose=Purpose.OWNER_VIEW,
            account_id=account_id,
            kind=Kind.THUMBNAIL,
            person_id=person_id or None,
            device_id=device_id or None,
            span=span,
        )
        return self.ground.decide(access).allowed

    def _make(self, looked: Looked, wanted: _Wanted) -> bool:
        """Draw one and deposit it, unless another process was quicker; whether it is there now."""
        recording = wanted.recording
        assert self.draw is not None, "else it lacks nothing"
        try:
            drawn = self.draw(looked, looked.kind)
        except (DeniedError, GoneError):
            return False  # while it was read: it is nobody's to draw any more
        item = Deposit(
            account=recording.account,
            kind=Kind.THUMBNAIL,
            content=drawn.content,
            keep_days=wanted.keep_days,
            derived_from=(recording.id,),
            details={"media_type": drawn.media_type, MADE_HERE: 1},
        )
        try:
            with self.ground.desk.exclusively("previews"):
                if self._lacks(self.vault.show(recording.id)):
                    self.vault.deposit(item, principal=OPERATOR)
        except (ConflictError, DeniedError):
            self._notes.decline(recording.id)
            return False
        except (GoneError, UnknownError):
            return False
        return True
