"""The one decision there is until a household has members: the vault's owner may see and export."""

from bailee.types.decide import OPERATOR, Access, Decision, Principal, Verb
from bailee.types.purpose import Purpose

OWNER: Principal = OPERATOR
_ALLOWED = frozenset(
    {
        (Verb.VIEW, Purpose.OWNER_VIEW),
        (Verb.HEAR, Purpose.OWNER_VIEW),
        (Verb.DOWNLOAD, Purpose.EXPORT),
    }
)


def decide_owner(access: Access) -> Decision:
    """Default deny: the owner, to view or to export, and nobody and nothing else."""
    allowed = access.principal == OWNER and (access.verb, access.purpose) in _ALLOWED
    policy = "owner-may-view-and-export" if allowed else "default-deny"
    return Decision(allowed=allowed, policy=policy, policies=(policy,))
