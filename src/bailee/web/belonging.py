"""What somebody is in a household and may do there, in words."""

from bailee.types.household import Person, PersonSort
from bailee.types.role import Right, Role
from bailee.web.nouns import right_name, role_name
from bailee.web.visit import Visit

GRANTED = (Right.VIEW, Right.HEAR, Right.DOWNLOAD, Right.DELETE)
"""In the order in which pages ask for them."""


def may_say(visit: Visit, person: Person) -> str:
    """What they may see and do, in one or two sentences."""
    if person.role is None:
        if person.sort is PersonSort.UNKNOWN:
            return visit._("Nobody in particular.")
        return visit._("Is heard or seen. Cannot sign in.")
    rights = [right_name(visit.words, each) for each in GRANTED if each in person.rights]
    listed = visit.words.listed(rights) if rights else visit._("nothing")
    whole = {
        Role.OWNER: visit._("Decides about the household. With others' recordings: %(rights)s."),
        Role.GUARDIAN: visit._(
            "Looks after the household; decides about their own and their children's. "
            "With what is nobody's in particular: %(rights)s."
        ),
        Role.MEMBER: visit._(
            "Decides about their own. With what is nobody's in particular: %(rights)s."
        ),
        Role.GUEST: visit._(
            "Decides about their own. With what is nobody's in particular, of their stay: %(rights)s."
        ),
        Role.CHILD: visit._("With their own: %(rights)s."),
        Role.STRANGER: "",
    }[person.role]
    return whole % {"rights": listed}


def until_says(visit: Visit, person: Person, now_ms: int) -> str:
    """Until when, and whether they have come; "" where there is nothing to say."""
    if person.role is None:
        return ""
    if person.until_ms is not None and person.until_ms < now_ms:
        return visit._("Their time is over.")
    if person.until_ms is not None:
        when = visit.words.when(person.until_ms, visit.zone)
        if not person.joined:
            return visit._("Invited, and has not come yet. Until %(when)s.", when=when)
        return visit._("Until %(when)s.", when=when)
    return "" if person.joined else visit._("Invited, and has not come yet.")


def sort_name(visit: Visit, person: Person) -> str:
    """The tag beside a name: a role, or what sort of person they are."""
    if person.role is not None:
        return role_name(visit.words, person.role)
    return {
        PersonSort.ADULT: visit._("no part in it"),
        PersonSort.CHILD: visit._("child"),
        PersonSort.GUEST: visit._("visitor"),
        PersonSort.UNKNOWN: visit._("nobody in particular"),
    }[person.sort]
