"""How long each kind is kept: one table for the sweep and for the published policy (R-19)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bailee.errors import InputError
from bailee.types.kind import Kind

LONGEST_DAYS = 3653
"""Ten years: no policy may keep anything longer (R-02: never for ever)."""

_DURATION = re.compile(r"(\d{1,5})\s*(d|w|m|y)")
_UNIT_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """One row of the policy.

    Attributes:
        purpose: What it is kept for, in words a household reads.
        need: The business need that justifies the time.
        keep_days: Unless the depositor says otherwise; 1 … at_most_days.
        at_most_days: Nobody can ask for longer; 1 … LONGEST_DAYS.
    """

    purpose: str
    need: str
    keep_days: int
    at_most_days: int

    def __post_init__(self) -> None:
        if not 1 <= self.keep_days <= self.at_most_days <= LONGEST_DAYS:
            raise InputError(
                f"A retention of {self.keep_days} days, at most {self.at_most_days}, is none.",
                hint=f"Use 1 <= keep <= at_most <= {LONGEST_DAYS} days; there is no “for ever”.",
            )
        if not (self.purpose.strip() and self.need.strip()):
            raise InputError("A retention needs a purpose and a need (312.10).")


def _row(purpose: str, keep_days: int, at_most_days: int) -> Retention:
    return Retention(
        purpose=purpose,
        need="so that its household can see, hear and use what it recorded",
        keep_days=keep_days,
        at_most_days=at_most_days,
    )


Policy = Mapping[Kind, Retention]

DEFAULT_POLICY: Policy = {
    Kind.AUDIO: _row("hearing what was said", 30, 1096),
    Kind.VIDEO: _row("seeing what happened", 30, 1096),
    Kind.IMAGE: _row("seeing what happened", 30, 1096),
    Kind.TRANSCRIPT: _row("reading what was said", 30, 1096),
    Kind.THUMBNAIL: _row("finding a video by sight", 30, 1096),
    Kind.EMBEDDING: _row("finding a recording by likeness", 30, 1096),
    Kind.VOICEPRINT: _row("telling who speaks", 30, 365),
    Kind.FACEPRINT: _row("telling who is seen", 30, 365),
    Kind.FACT: _row("remembering what one asked to be remembered", 365, 1096),
    Kind.LOCATION: _row("finding where one was", 30, 365),
    Kind.ANNOTATION: _row("notes on a recording", 30, 1096),
    Kind.DATASET: _row("training a model that was consented to", 90, 365),
    Kind.MODEL: _row("using a model that was consented to", 365, 1096),
    Kind.LABEL: _row("the name of an account, person or device", 365, LONGEST_DAYS),
}


def parse_days(text: str) -> int:
    """Days from “30d”, “2w”, “6m” (30 days each) or “1y” (365 days).

    Raises:
        InputError: Another shape, or nothing.
    """
    match = _DURATION.fullmatch(text.strip().lower())
    days = int(match[1]) * _UNIT_DAYS[match[2]] if match else 0
    if not days:
        raise InputError(
            "That is no length of time.", hint="Write a number and d, w, m or y: 30d, 2w, 6m, 1y."
        )
    return days


def keep_days(policy: Policy, kind: Kind, asked_days: int | None) -> int:
    """How many days to keep a fresh artefact of *kind*.

    Raises:
        InputError: *asked_days* is less than one, or more than the policy's most.
    """
    row = policy[kind]
    days = row.keep_days if asked_days is None else asked_days
    if not 1 <= days <= row.at_most_days:
        raise InputError(
            f"{days} days is not a time {kind} may be kept.",
            hint=f"Keep it between 1 and {row.at_most_days} days; nothing is kept for ever.",
        )
    return days


def policy_from(overrides: Mapping[str, Mapping[str, object]]) -> Policy:
    """The default policy with rows replaced as a configuration says, by kind.

    Each row may set ``purpose``, ``need``, ``keep`` and ``at_most`` (lengths of time).

    Raises:
        InputError: An unknown kind or field, or a time that is none. A vault whose policy does
            not hold does not open.
    """
    policy = dict(DEFAULT_POLICY)
    for name, fields in overrides.items():
        if name not in {kind.value for kind in Kind}:
            raise InputError(f"The retention policy names no kind of ours: {name!r}.")
        policy[Kind(name)] = _overridden(policy[Kind(name)], fields)
    return policy


def _overridden(row: Retention, fields: Mapping[str, object]) -> Retention:
    unknown = set(fields) - {"purpose", "need", "keep", "at_most"}
    if unknown:
        raise InputError(f"The retention policy has no field {min(unknown)!r}.")
    texts = {name: str(value) for name, value in fields.items()}
    return replace(
        row,
        purpose=texts.get("purpose", row.purpose),
        need=texts.get("need", row.need),
        keep_days=parse_days(texts["keep"]) if "keep" in texts else row.keep_days,
        at_most_days=parse_days(texts["at_most"]) if "at_most" in texts else row.at_most_days,
    )
