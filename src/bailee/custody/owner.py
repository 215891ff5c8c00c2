"""The one decision there is where no gate is wired: the operator keeps house, views and exports."""

from bailee.types.decide import OPERATOR, Access, Decision, Principal, Verb
from bailee.types.purpose import Purpose

OWNER: Principal = OPERATOR
_ALLOWED = {
    "owner-may-view-and-export": frozenset(
        {
            (Verb.VIEW, Purpose.OWNER_VIEW),
            (Verb.HEAR, Purpose.OWNER_VIEW),
            (Verb.DOWNLOAD, Purpose.EXPORT),
        }
    ),
    "operator-keeps-house": frozenset(
        (verb, Purpose.OWNER_VIEW)
        for verb in (
            Verb.DEPOSIT,
            Verb.ERASE,
            Verb.ERASE_ALL,
            Verb.RETAIN,
            Verb.REASSIGN,
            Verb.HOLD,
        )
    ),
}


def decide_owner(access: Access) -> Decision:
    """Default deny: the operator, for what they do at their own machine, and nobody else."""
    for policy, allowed in _ALLOWED.items():
        if access.principal == OWNER and (access.verb, access.purpose) in allowed:
            return Decision(allowed=True, policy=policy, policies=(policy,))
    policy = "default-deny"
    return Decision(allowed=False, policy=policy, policies=(policy,))
