"""What tests of words share: one household's names, readers, and a clock's moments."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from bailee.assistant.command import Act, Command, Extent, Scope, Where, Who
from bailee.assistant.phrases import load_phrases
from bailee.assistant.reading import Names, Reader
from bailee.assistant.when import When
from bailee.clock import to_ms
from bailee.types.ids import DeviceId, PersonId

KITCHEN, NURSERY = DeviceId("dev_aaaaaaaaaaaaaaaa"), DeviceId("dev_bbbbbbbbbbbbbbbb")
LEO, JAMES = PersonId("per_aaaaaaaaaaaaaaaa"), PersonId("per_bbbbbbbbbbbbbbbb")
NAMES = Names(
    places=(
        ("kitchen", KITCHEN),
        ("kitchen speaker", KITCHEN),
        ("children's room", NURSERY),
        ("Küche", KITCHEN),
        ("Kinderzimmer", NURSERY),
    ),
    persons=(("Leo", LEO), ("James", JAMES)),
)
BERLIN = ZoneInfo("Europe/Berlin")


@cache
def reader(language: str = "en") -> Reader:
    """Of that household."""
    return Reader(load_phrases(language), NAMES)


def delete(
    when: Extent | When,
    *,
    who: Who = Who.ME,
    where: Where = Where.ANYWHERE,
    person: PersonId | None = None,
    device: DeviceId | None = None,
) -> Command:
    """A command to forget."""
    scope = Scope(
        when=when,
        who=Who.NAMED if person else who,
        where=Where.NAMED if device else where,
        person_id=person,
        device_id=device,
    )
    return Command(act=Act.DELETE, scope=scope)


def moment(text: str, zone: ZoneInfo = BERLIN, *, fold: int = 0) -> int:
    """Milliseconds since the epoch of a local time: ``2026-03-29T03:00``."""
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold))
