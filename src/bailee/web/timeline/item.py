"""One recording, as its page shows it: what to hear, see and read, and what may be done with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bailee.clock import day_of
from bailee.household.endpoint_rows import UNKNOWN_SPEAKER
from bailee.types.consent import ConsentAct
from bailee.types.household import Person, PersonSort
from bailee.types.ids import ArtefactId, RecordingId
from bailee.types.kind import Kind
from bailee.types.recording import Artefact, Recording
from bailee.types.scope import Scope
from bailee.web.timeline.filters import Filters
from bailee.web.timeline.rows import TOLD, main_artefact
from bailee.web.timeline.transcript import Transcript
from bailee.web.visit import Visit

_DAYS = (1, 7, 30, 90, 365, 1096)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Something to read; `read` is None where it is too long to be shown, or may not be read."""

    artefact: Artefact
    read: Transcript | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody said to being recorded: `yes_ms` is when, None if nobody had to be asked."""

    yes_ms: int | None
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A recording that is open.

    Attributes:
        main: What it is above all.
        played: Sounds and films, in order.
        seen: Pictures.
        texts: What can be read.
        others: What can only be taken away.
        newer: The recording after it in the list it was opened from; None at its end.
        older: The one before.
        consent: None where it is not the reader's to know.
        keep_days: For how many days from today it may be kept.
        kept_days: For how many it is kept now; None where its parts differ.
        other_people: To whom it may be given.
        nobodys: It is of nobody in particular: an unknown speaker, a place.
    """

    recording: Recording
    main: Artefact
    played: tuple[Artefact, ...]
    seen: tuple[Artefact, ...]
    texts: tuple[Text, ...]
    others: tuple[Artefact, ...]
    newer: RecordingId | None
    older: RecordingId | None
    consent: Said | None
    keep_days: tuple[int, ...]
    kept_days: int | None
    other_people: tuple[Person, ...]
    nobodys: bool

    @property
    def first(self) -> Mapping[Kind, ArtefactId]:
        """The part that a recording's own address gives for a kind."""
        return {each.kind: each.id for each in reversed(self.recording.artefacts)}

    @property
    def whole(self) -> tuple[Artefact, ...]:
        """Everything that can be taken away: previews are not, being made from it for a page."""
        return tuple(each for each in self.recording.artefacts if each.kind is not Kind.THUMBNAIL)


def item_of(visit: Visit, recording: Recording, asked: Filters) -> Item:
    """The item for a recording that may be known of; its texts are opened by one look."""
    beside = visit.service.household.timeline.beside(
        visit.principal,
        visit.account_id,
        recording,
        asked.query(),
        person_id=asked.person,
        device_id=asked.device,
    )
    parts = recording.artefacts
    shown = {Kind.AUDIO, Kind.VIDEO, Kind.IMAGE, Kind.THUMBNAIL, Kind.LOCATION, *TOLD}
    return Item(
        recording=recording,
        main=main_artefact(recording),
        played=tuple(each for each in parts if each.kind in {Kind.AUDIO, Kind.VIDEO}),
        seen=tuple(each for each in parts if each.kind is Kind.IMAGE),
        texts=_texts(visit, parts),
        others=tuple(each for each in parts if each.kind not in shown),
        newer=beside.newer,
        older=beside.older,
        consent=None if _is_nobodys(visit, recording) else _consent(visit, recording),
        keep_days=_keep_days(visit, parts),
        kept_days=_kept_days(visit, parts),
        other_people=tuple(
            each for each in visit.people.values() if each.id != recording.person_id
        ),
        nobodys=_is_nobodys(visit, recording),
    )


def _is_nobodys(visit: Visit, recording: Recording) -> bool:
    """A member may know nothing of the others, and of these that they are there."""
    them = visit.people.get(recording.person_id)
    return recording.person == UNKNOWN_SPEAKER if them is None else them.sort is PersonSort.UNKNOWN


def texts_of(visit: Visit, parts: Sequence[Artefact]) -> dict[str, Transcript]:
    """What may be read of *parts*, opened by one look."""
    wanted = [each.id for each in parts if each.kind in TOLD]
    if not wanted:
        return {}
    opened = visit.service.household.looking.open(visit.principal, visit.account_id, wanted)
    return {each: Transcript.parse(content) for each, content in opened.items()}


def _texts(visit: Visit, parts: Sequence[Artefact]) -> tuple[Text, ...]:
    read = texts_of(visit, parts)
    told = sorted((each for each in parts if each.kind in TOLD), key=lambda e: TOLD.index(e.kind))
    return tuple(Text(artefact=each, read=read.get(each.id)) for each in told)


def _consent(visit: Visit, recording: Recording) -> Said | None:
    """For whoever it is about, and who keeps house. Others are not told of anybody's consents."""
    person = visit.people.get(recording.person_id)
    if person is None or not (visit.keeps_house or person.id == visit.me.id):
        return None
    standing = visit.service.household.consents.standing(
        visit.principal, visit.account_id, person.id
    )
    given = [
        each.at_ms
        for each in standing.history
        if each.scope is Scope.USE and each.act is ConsentAct.GIVEN
    ]
    return Said(yes_ms=given[-1] if given else None, in_force=Scope.USE in standing.in_force)


def _keep_days(visit: Visit, parts: Sequence[Artefact]) -> tuple[int, ...]:
    policy = visit.service.household.keeping.policy()
    most = min(policy[each.kind].at_most_days for each in parts)
    return tuple(each for each in _DAYS if each <= most)


def _kept_days(visit: Visit, parts: Sequence[Artefact]) -> int | None:
    days = {each.kept_until_day for each in parts}
    return days.pop() - today(visit) if len(days) == 1 else None


def today(visit: Visit) -> int:
    """The day by which things expire: UTC, since the epoch."""
    return day_of(visit.service.vault.desk().clock.now_ms())
