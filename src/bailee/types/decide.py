"""The one question custody asks before bytes leave, and its answer."""

from dataclasses import dataclass
from typing import Protocol

from bailee.types.ids import AccountId, ArtefactId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who asks for what, and why. Facts about them are looked up by the decider, never told."""

    principal: str
    purpose: Purpose
    account_id: AccountId
    artefact_id: ArtefactId
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Yes or no, and the policy that said so. The ledger entry names it."""

    allowed: bool
    policy: str


class Decide(Protocol):
    """Default deny: an error, a doubt or silence is a no."""

    def __call__(self, access: Access) -> Decision: ...
