"""What the rules of a phrase file mean: what their slots took in, a command or a piece out."""

from collections.abc import Callable, Mapping
from typing import Any

from bailee.assistant import meaning_times as times
from bailee.assistant.command import Act, Command, Extent, Scope, Unclear, Where, Who
from bailee.assistant.meaning_times import Slots, one
from bailee.assistant.when import Part
from bailee.types.ids import DeviceId, PersonId

Named = tuple[str, frozenset[str]]
"""A name as the household wrote it, and the id of each that has it."""


def mean(section: str, key: str, slots: Slots) -> Any:
    """The value of one rule; None where the words make no sense together."""
    return _MEANINGS[section](key, slots)


def _delete(key: str, slots: Slots) -> Command | Unclear:
    if key == "just_said":
        return Command(act=Act.DELETE, scope=Scope(when=Extent.JUST_SAID))
    who = {"mine": Who.ME, "person": Who.NAMED, "everybody": Who.EVERYBODY}[key]
    return _scoped(Act.DELETE, who, slots)


def _command(key: str, slots: Slots) -> Command | Unclear:
    act = Act(key.replace("_", "-"))
    if act in {Act.WHAT_HEARD, Act.WHO_LISTENED} and slots:
        return _scoped(act, Who.ME, slots)
    return Command(act=act, rest=one(slots, "rest") or "")


def _scoped(act: Act, who: Who, slots: Slots) -> Command | Unclear:
    person: Named | None = one(slots, "person") or one(slots, "owner")
    room: Named | None = one(slots, "place")
    for named in (person, room):
        if named and len(named[1]) > 1:
            return Unclear(act=act, name=named[0])
    elsewhere = Where.HERE if "place" in slots else Where.ANYWHERE
    scope = Scope(
        when=one(slots, "when") or Extent.EVER,
        who=who,
        where=Where.NAMED if room else elsewhere,
        person_id=PersonId(*person[1]) if person else None,
        device_id=DeviceId(*room[1]) if room else None,
    )
    return Command(act=act, scope=scope)


_MEANINGS: Mapping[str, Callable[[str, Slots], Any]] = {
    "clock": times.clock,
    "time": times.time,
    "near": times.near,
    "date": times.date,
    "day": times.day,
    "part": lambda key, _: Part(key),
    "daypart": times.daypart,
    "when": times.when,
    "place": lambda _, slots: one(slots, "room") or (),
    "delete": _delete,
    "commands": _command,
    "politeness": lambda *_: True,
}
