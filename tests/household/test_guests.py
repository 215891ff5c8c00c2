"""Guests and links: for a while, from a moment on, and to nothing else."""

import pytest

from bailee.clock import DAY_MS
from bailee.errors import BaileeError, DeniedError, InputError, UnknownError
from bailee.household.consents import Agreement
from bailee.types.consent import Channel, How
from bailee.types.household import PersonSort, Stay
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.query import Query
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from household.conftest import Home
from household.told import told
from support.vaults import NOW_MS, said

BEFORE_MS = NOW_MS - 2 * DAY_MS


def test_a_guest_sees_nothing_from_before(home: Home) -> None:
    """Of what was recorded of nobody in particular: only from the stay's first moment on."""
    home.add("hall", PersonSort.UNKNOWN)
    guest = home.add("Gran", PersonSort.GUEST)
    old = said(home.vault, BEFORE_MS, person="hall")
    new = said(home.vault, NOW_MS, person="hall")
    stay = Stay(since_ms=NOW_MS - DAY_MS, until_ms=NOW_MS + DAY_MS)
    gran = home.let_in(guest, Role.GUEST, stay, Right.VIEW, Right.HEAR)
    page = home.house.timeline.list(gran, home.account_id, Query())
    assert [each.id for each in page.recordings] == [new.recording_id]
    with pytest.raises(UnknownError):
        home.house.timeline.show(gran, home.account_id, old.recording_id)
    with pytest.raises(DeniedError):
        home.vault.release(old.recording_id, purpose=Purpose.OWNER_VIEW, principal=gran)
    assert _seen(home, gran, new.recording_id)
    home.clock.advance(days=1, ms=1)
    assert home.house.timeline.list(gran, home.account_id, Query()).recordings == ()


def _seen(home: Home, who: object, recording_id: str) -> bytes:
    released = home.vault.release(recording_id, purpose=Purpose.OWNER_VIEW, principal=who)  # type: ignore[arg-type]
    return b"".join(released.stretches)


def test_an_earlier_stay_shows_more(home: Home) -> None:
    """Only by a decision of its own, which the ledger has."""
    home.add("hall", PersonSort.UNKNOWN)
    guest = home.add("Gran", PersonSort.GUEST)
    old = said(home.vault, BEFORE_MS, person="hall")
    gran = home.let_in(guest, Role.GUEST, Stay(since_ms=NOW_MS, until_ms=NOW_MS + DAY_MS))
    earlier = Stay(since_ms=BEFORE_MS, until_ms=NOW_MS + DAY_MS)
    home.house.members.change(home.ana, home.account_id, guest, Role.GUEST, earlier)
    page = home.house.timeline.list(gran, home.account_id, Query())
    assert [each.id for each in page.recordings] == [old.recording_id]
    assert told(home.vault, "member")[-1]["since"] == BEFORE_MS


def _disclosing(home: Home) -> None:
    show, give = home.house.notices.show, home.house.consents.give
    show(home.account_id, home.leo_id, Scope.DISCLOSE, 1, Channel.PAGE)  # type: ignore[arg-type]
    yes = Agreement(scope=Scope.DISCLOSE, version=1, how=How.BUTTON, evidence={})
    give(home.leo, home.account_id, home.leo_id, yes)


def test_a_link_shows_one_thing_for_a_while(home: Home) -> None:
    """Until its end, or until it is revoked, or until the one it shows takes consent back."""
    mine = said(home.vault, NOW_MS - 1000, person="Leo")
    other = said(home.vault, NOW_MS - 900, person="Leo")
    until_ms = NOW_MS + DAY_MS
    with pytest.raises(DeniedError):
        home.house.links.share(home.leo, mine.artefact_id, [Right.HEAR], until_ms)
    _disclosing(home)
    shared = home.house.links.share(home.leo, mine.artefact_id, [Right.HEAR], until_ms)
    holder, artefact_id = home.house.links.holder(shared.token, Network.AWAY)
    assert artefact_id == mine.artefact_id
    assert _shared(home, holder, mine.artefact_id)
    with pytest.raises(DeniedError):
        _shared(home, holder, other.artefact_id)
    home.house.consents.withdraw(home.leo, home.account_id, home.leo_id, Scope.DISCLOSE)
    with pytest.raises(DeniedError):
        _shared(home, holder, mine.artefact_id)
    _disclosing(home)
    assert _shared(home, holder, mine.artefact_id)
    home.house.links.revoke(home.ana, home.account_id, shared.link.id)
    with pytest.raises(DeniedError):
        _shared(home, holder, mine.artefact_id)
    with pytest.raises(UnknownError):
        home.house.links.holder(shared.token)
    assert [each["act"] for each in told(home.vault, "link")] == ["shared", "revoked"]


def _shared(home: Home, who: object, artefact_id: str) -> bytes:
    released = home.vault.release(artefact_id, purpose=Purpose.SHARE, principal=who)  # type: ignore[arg-type]
    return b"".join(released.stretches)


def test_a_link_ends_by_itself(home: Home) -> None:
    """At its last moment, and its row goes with the sweep."""
    mine = said(home.vault, NOW_MS - 1000, person="Leo")
    _disclosing(home)
    shared = home.house.links.share(home.leo, mine.artefact_id, [Right.HEAR], NOW_MS + 1000)
    home.clock.advance(ms=1001)
    with pytest.raises(UnknownError):
        home.house.links.holder(shared.token)
    assert home.house.links.list(home.ana, home.account_id) == ()
    home.house.sweep()


@pytest.mark.parametrize(
    ("rights", "after_ms"),
    [([Right.DOWNLOAD], 1000), ([], 1000), ([Right.HEAR], 0), ([Right.HEAR], 31 * DAY_MS)],
    ids=["a right to copy", "no right", "no time", "too long"],
)
def test_what_no_link_can_be(sqlite_home: Home, rights: list[Right], after_ms: int) -> None:
    """Refused at the door."""
    home = sqlite_home
    mine = said(home.vault, NOW_MS - 1000, person="Leo")
    _disclosing(home)
    with pytest.raises(InputError):
        home.house.links.share(home.leo, mine.artefact_id, rights, NOW_MS + after_ms)


def test_a_token_that_is_none_opens_nothing(sqlite_home: Home) -> None:
    """Guessed or cut: the same answer as for one that has ended."""
    for token in ("", "x" * 43, "\0"):
        with pytest.raises(BaileeError) as caught:
            sqlite_home.house.links.holder(token)
        assert isinstance(caught.value, UnknownError)
