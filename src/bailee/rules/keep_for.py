"""Which of a household's rules counts, and for how many days (R-19).

A rule about a person counts before one about everybody; among those, one about a device before one
about every device. About a person two voices may speak, their own and the household's: the shorter
counts, so that nobody keeps longer what somebody chose to keep short for themselves. What is of
several people is kept for the shortest time of any of them.
"""

from collections.abc import Iterable, Sequence

from bailee.errors import InputError
from bailee.rules.retention import Policy
from bailee.types.keep_for import DONT_KEEP, KeepRule, Reach, Voice
from bailee.types.kind import Kind

Where = tuple[str, str]
"""A person and a device."""


def check_days(policy: Policy, kind: Kind, days: int) -> None:
    """Raise `InputError` unless a household may keep *kind* for *days*."""
    if kind is Kind.LABEL:
        raise InputError("Names are kept with whom they name; they have no time of their own.")
    most = policy[kind].at_most_days
    if not DONT_KEEP <= days <= most:
        raise InputError(
            f"{days} days is not a time {kind} may be kept.",
            hint=f"Say 0 for “don't keep”, or 1 to {most} days; nothing is kept for ever.",
        )


def days_at(rules: Iterable[KeepRule], kind: Kind, where: Where) -> int | None:
    """For how many days the rules let *kind* be kept at *where*; None when they say nothing."""
    person_id, device_id = where
    mine = [
        each
        for each in rules
        if each.reach.kind == kind
        and each.reach.person_id in {None, person_id}
        and each.reach.device_id in {None, device_id}
    ]
    about = [each for each in mine if each.reach.person_id is not None]
    if not about:
        return _most_specific(mine)
    said = (_most_specific([each for each in about if each.voice is one]) for one in Voice)
    return min((days for days in said if days is not None), default=None)


def _most_specific(rules: Sequence[KeepRule]) -> int | None:
    """Of rules about the same people: the one that names the device, or the one that does not."""
    on_device = [each.days for each in rules if each.reach.device_id is not None]
    return min(on_device or [each.days for each in rules], default=None)


def days_for(rules: Sequence[KeepRule], kind: Kind, wheres: Iterable[Where]) -> int | None:
    """The same for what is of several people, or made on several devices: the shortest of all."""
    if not rules:
        return None
    found = (days_at(rules, kind, each) for each in wheres)
    return min((days for days in found if days is not None), default=None)


def capped(policy: Policy, kind: Kind, days: int | None) -> int | None:
    """*days* of a rule, or less where the deployment's policy has become shorter since."""
    return None if days is None else min(days, policy[kind].at_most_days)


def fresh_days(asked_days: int | None, ruled_days: int | None, default_days: int) -> int:
    """How long to keep a fresh artefact: as its depositor asks, and never longer than the rule.

    A device that asks for longer is not refused, or its recording would be lost: it is told, in
    the answer, until when it is kept. `DONT_KEEP` where nothing may be kept.
    """
    if ruled_days is None:
        return default_days if asked_days is None else asked_days
    return ruled_days if asked_days is None else min(asked_days, ruled_days)


def touches(reach: Reach, where: Where) -> bool:
    """Whether what is kept at *where* is of what a rule is about."""
    return reach.person_id in {None, where[0]} and reach.device_id in {None, where[1]}
