"""What a link's holder is told: what there is while there is, and one answer afterwards."""

import pytest

from bailee.clock import DAY_MS
from bailee.custody.vault import Vault
from bailee.errors import UnknownError
from bailee.household.consents import Agreement
from bailee.household.links import Shared
from bailee.types.choice import Choice
from bailee.types.consent import Channel, How
from bailee.types.cut import between
from bailee.types.ids import ArtefactId
from bailee.types.network import Network
from bailee.types.role import Right
from bailee.types.scope import Scope
from household.conftest import Home
from support.vaults import NOW_MS, said


def shared(home: Home) -> tuple[ArtefactId, Shared]:
    """Something of Leo's, by a link of his."""
    show, give = home.house.notices.show, home.house.consents.give
    show(home.account_id, home.leo_id, Scope.DISCLOSE, 1, Channel.PAGE)  # type: ignore[arg-type]  # the notice of that scope
    yes = Agreement(scope=Scope.DISCLOSE, version=1, how=How.BUTTON, evidence={})
    give(home.leo, home.account_id, home.leo_id, yes)
    made = said(home.vault, NOW_MS - 1000, content=b"walnuts")
    until_ms = NOW_MS + DAY_MS
    link = home.house.links.share(home.leo, made.artefact_id, [Right.HEAR], until_ms)
    return made.artefact_id, link


@pytest.mark.parametrize("end", ["forgotten", "consent", "revoked", "expired"])
def test_it_ends_for_looking_as_for_opening(home: Home, end: str) -> None:
    """At once, before any clean-up, in the words for a link that never was."""
    artefact_id, link = shared(home)
    holder, _ = home.house.links.holder(link.token, Network.AWAY)
    held = home.house.links.look(holder, artefact_id)
    assert (held.size_bytes, held.link.id) == (7, link.link.id)
    released = home.house.links.open(holder, artefact_id, cut=between(1, 3))
    assert b"".join(released.stretches) == b"al"
    _end(home, home.vault, end, link)
    with pytest.raises(UnknownError) as never:
        home.house.links.holder("x" * 43, Network.AWAY)
    for ask in (home.house.links.look, home.house.links.open):
        with pytest.raises(UnknownError) as caught:
            ask(holder, artefact_id)
        assert str(caught.value) == str(never.value)


def _end(home: Home, vault: Vault, end: str, link: Shared) -> None:
    match end:
        case "forgotten":
            home.house.erasures.ask(
                home.leo, home.account_id, Choice(person_id=home.leo_id, to_ms=NOW_MS)
            )
        case "consent":
            home.house.consents.withdraw(home.leo, home.account_id, home.leo_id, Scope.DISCLOSE)
        case "revoked":
            home.house.links.revoke(home.leo, home.account_id, link.link.id)
        case _:
            home.clock.advance(days=31)
            vault.expire()


def test_each_sees_and_ends_their_own(home: Home) -> None:
    """The owner sees all; a member the ones they made, and ends those without being asked."""
    _, link = shared(home)
    other = said(home.vault, NOW_MS - 900, person="Ana")
    with pytest.raises(UnknownError):
        home.house.links.share(home.leo, other.artefact_id, [Right.HEAR], NOW_MS + DAY_MS)
    for who in (home.leo, home.ana):
        assert [each.id for each in home.house.links.list(who, home.account_id)] == [link.link.id]
    home.house.links.revoke(home.leo, home.account_id, link.link.id)
    assert home.house.links.list(home.leo, home.account_id)[0].revoked_ms == NOW_MS
