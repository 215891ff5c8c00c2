"""The one decision there is until a household has members: the vault's owner may see and export."""

from bailee.types.decide import Access, Decision
from bailee.types.purpose import Purpose

OWNER = "owner"
_ALLOWED = frozenset({Purpose.OWNER_VIEW, Purpose.EXPORT})


def decide_owner(access: Access) -> Decision:
    """Default deny: the owner, to view or to export, and nobody and nothing else."""
    if access.principal == OWNER and access.purpose in _ALLOWED:
        return Decision(allowed=True, policy="owner-may-view-and-export")
    return Decision(allowed=False, policy="default-deny")
