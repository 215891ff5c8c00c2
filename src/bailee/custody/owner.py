"""The one decision there is until a household has members: the vault's owner may see and export."""

from bailee.types.decide import OPERATOR, Access, Decision, Principal, Verb
from bailee.types.purpose import Purpose

OWNER: Principal = OPERATOR
_PURPOSES = frozenset({Purpose.OWNER_VIEW, Purpose.EXPORT})
_VERBS = frozenset({Verb.VIEW, Verb.HEAR, Verb.DOWNLOAD})


def decide_owner(access: Access) -> Decision:
    """Default deny: the owner, to view or to export, and nobody and nothing else."""
    asked = access.principal == OWNER and access.verb in _VERBS and access.purpose in _PURPOSES
    policy = "owner-may-view-and-export" if asked else "default-deny"
    return Decision(allowed=asked, policy=policy, policies=(policy,))
