"""Taking up a part in a household, once its invitation was taken up."""

from bailee.api.callers import Knock
from bailee.errors import UnknownError
from bailee.identity import Entered
from bailee.types.decide import Principal, PrincipalKind


def join(knock: Knock, entered: Entered) -> None:
    """Take up their part in the household. Idempotent.

    A crash before it leaves somebody who can sign in, or has half of what it takes, and has no
    part: the pages take it up when they sign in, and who cannot is invited once more. Where the
    part has ended meanwhile, so does what was just begun.

    Raises:
        UnknownError: It has ended.
    """
    session = entered.session
    who = Principal(
        kind=PrincipalKind.PERSON, id=session.person_id, session=session.id, network=knock.network
    )
    try:
        knock.service.household.members.join(who, session.account_id)
    except UnknownError:
        knock.service.identity.end(entered.token, session.id)
        raise
