"""What is kept of what is said in a room, as one choice of three.

It is no setting of its own: each is a pair of the household's rules of “Keep for”, for the sound and
for the words, about whoever the room is given to, on its device.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bailee.household.keep_rules import NamedRule
from bailee.rules.keep_for import capped, days_at
from bailee.rules.retention import Policy
from bailee.types.endpoint import Endpoint, Mode
from bailee.types.keep_for import DONT_KEEP, KeepRule, Reach
from bailee.types.kind import Kind

KINDS = (Kind.AUDIO, Kind.TRANSCRIPT)


class Keep(StrEnum):
    """What there is to choose from."""

    BOTH = "both"
    """The sound and the words."""
    WORDS = "words"
    NOTHING = "nothing"
    """Heard, answered, gone."""


WANTED: Mapping[Keep, frozenset[Kind]] = {
    Keep.BOTH: frozenset(KINDS),
    Keep.WORDS: frozenset({Kind.TRANSCRIPT}),
    Keep.NOTHING: frozenset(),
}
_OF_MODES = {(True, True): Keep.BOTH, (False, True): Keep.WORDS, (False, False): Keep.NOTHING}


def keep_of(mode: Mode) -> Keep | None:
    """The choice that a mode is; None for the sound alone, which “Keep for” can say and this not."""
    return _OF_MODES.get((mode.audio, mode.transcript))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A rule to be made; `days` is None where the reader's own is taken away."""

    reach: Reach
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules that a reader is shown, as they meet at one endpoint.

    Attributes:
        named: All that they are shown; only what fits the endpoint counts.
    """

    endpoint: Endpoint
    policy: Policy
    named: Sequence[NamedRule]

    def days(self, kind: Kind) -> int:
        """For how long it is kept there; by the policy where no rule says otherwise."""
        found = capped(self.policy, kind, self._days(kind))
        return self.policy[kind].keep_days if found is None else found

    def changes(self, wanted: Keep) -> tuple[Change, ...]:
        """What has to be changed for it; nothing where it is so already."""
        found = (self._change(kind, keeps=kind in WANTED[wanted]) for kind in KINDS)
        return tuple(each for each in found if each is not None)

    def may(self, wanted: Keep) -> bool:
        """Whether no other voice forbids it: what somebody chose for themselves, nobody lengthens."""
        return not any(self._is_barred(kind) for kind in WANTED[wanted])

    def against(self) -> tuple[NamedRule, ...]:
        """The rules by which less is kept than all, that were not made for just this place."""
        return tuple(
            each
            for kind in KINDS
            for each in self._about(kind)
            if each.rule.days == DONT_KEEP and self._decides(each)
            if not (each.may_end and each.rule.reach == self._reach(kind))
        )

    def _change(self, kind: Kind, *, keeps: bool) -> Change | None:
        reach, now = self._reach(kind), self._days(kind)
        if not keeps:
            return None if now == DONT_KEEP else Change(reach=reach, days=DONT_KEEP)
        if now != DONT_KEEP:
            return None
        own = [each for each in self.named if each.rule.reach == reach and each.may_end]
        if own and self._days(kind, without=own[0]) != DONT_KEEP:
            return Change(reach=reach, days=None)
        return Change(reach=reach, days=self.policy[kind].keep_days)

    def _reach(self, kind: Kind) -> Reach:
        it = self.endpoint
        return Reach(kind=kind, person_id=it.person_id, device_id=it.device_id)

    def _days(self, kind: Kind, without: NamedRule | None = None) -> int | None:
        return self._days_by(kind, (each for each in self.named if each is not without))

    def _days_by(self, kind: Kind, named: Iterable[NamedRule]) -> int | None:
        rules: list[KeepRule] = [each.rule for each in named]
        return days_at(rules, kind, (self.endpoint.person_id, self.endpoint.device_id))

    def _is_barred(self, kind: Kind) -> bool:
        """Another voice about the same person says no: one's own rule counts beside it, not above."""
        others = (each for each in self.named if each.rule.reach.person_id and not each.may_end)
        return self._days_by(kind, others) == DONT_KEEP

    def _about(self, kind: Kind) -> list[NamedRule]:
        it = self.endpoint
        return [
            each
            for each in self.named
            if each.rule.reach.kind is kind
            and each.rule.reach.person_id in {None, it.person_id}
            and each.rule.reach.device_id in {None, it.device_id}
        ]

    def _decides(self, named: NamedRule) -> bool:
        """Whether it is the one that counts of its voice: the most particular."""
        kind, voice = named.rule.reach.kind, named.rule.voice
        about = [each for each in self._about(kind) if each.rule.reach.person_id]
        if about and not named.rule.reach.person_id:
            return False
        same = [each for each in about if each.rule.voice is voice] if about else self._about(kind)
        on_device = [each for each in same if each.rule.reach.device_id]
        return named in (on_device or same)
