"""Consents, stays, links and devices that end between a decision and what it allowed, or after."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bailee.errors import DeniedError
from bailee.types.decide import OPERATOR, Access, Decide, Decision, Principal, PrincipalKind
from bailee.types.facts import DeviceSort
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import DeviceId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.query import Query
from bailee.types.recording import Deposit
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from household.conftest import Home
from household.told import told
from support.gates import elsewhere
from support.vaults import HOME, NOW_MS, said

FILM = bytes(3 * 1024 * 1024)


@dataclass
class Slow:
    """The real gate; *meanwhile* happens once, between its first yes and the use of it."""

    gate: Decide
    meanwhile: Callable[[], object] | None

    def __call__(self, access: Access) -> Decision:
        decision = self.gate(access)
        if decision.allowed and self.meanwhile is not None:
            step, self.meanwhile = self.meanwhile, None
            elsewhere(step)
        return decision


def slowly(home: Home, meanwhile: Callable[[], object]) -> None:
    """Let custody be answered so slowly that *meanwhile* comes first."""
    desk = home.vault.desk()
    desk.decide_by(Slow(home.vault._premises.decide, meanwhile))


def ends_use(home: Home) -> None:
    home.house.consents.withdraw(home.leo, home.account_id, home.leo_id, Scope.USE)


def film(home: Home, person: str = "Leo") -> str:
    return said(
        home.vault, NOW_MS - 1000, person=person, content=FILM, kind=Kind.VIDEO
    ).recording_id


def test_a_consent_withdrawn_before_the_entry_wins(home: Home) -> None:
    """Nothing is released, and nothing is in the ledger but the withdrawal and the refusal."""
    mine = said(home.vault, NOW_MS - 1000, person="Leo").recording_id
    slowly(home, lambda: ends_use(home))
    with pytest.raises(DeniedError, match="use-ended"):
        home.vault.release(mine, purpose=Purpose.OWNER_VIEW, principal=home.ana)
    assert told(home.vault, "release") == []
    assert told(home.vault, "refusal")[-1]["policy"] == "use-ended"


def test_a_consent_withdrawn_before_the_deposit_wins(home: Home) -> None:
    """What was being taken in is not, and its bytes are not kept."""
    slowly(home, lambda: ends_use(home))
    with pytest.raises(DeniedError, match="use-ended"):
        film(home)
    assert told(home.vault, "deposit") == []
    assert list(home.vault._premises.content.keys()) == []


def test_a_device_revoked_before_its_deposit_is_taken_brings_nothing(home: Home) -> None:
    """However long its upload took."""
    devices = home.house.devices
    phone = devices.add(home.ana, home.account_id, "phone", DeviceSort.PHONE, "")
    slowly(home, lambda: devices.revoke(home.ana, home.account_id, phone))
    with pytest.raises(DeniedError, match="members-only"):
        home.vault.deposit(_by_phone(), principal=_device(phone))
    assert told(home.vault, "deposit") == []


def _device(device_id: DeviceId) -> Principal:
    return Principal(kind=PrincipalKind.DEVICE, id=device_id, session="tok", network=Network.HOME)


def _by_phone() -> Deposit:
    return Deposit(
        account=HOME,
        person="Leo",
        device="phone",
        kind=Kind.AUDIO,
        content=b"walnuts",
        captured_at_ms=NOW_MS - 1000,
    )


def test_a_device_brings_what_is_of_whom_it_knows(home: Home) -> None:
    """And nothing of a child without consent, nor of somebody whom nobody described."""
    phone = home.house.devices.add(home.ana, home.account_id, "phone", DeviceSort.PHONE, "")
    home.vault.deposit(_by_phone(), principal=_device(phone))
    for person in ("Mia", "Somebody"):
        item = Deposit(
            account=HOME,
            person=person,
            device="phone",
            kind=Kind.AUDIO,
            content=b"walnuts",
            captured_at_ms=NOW_MS - 1000,
        )
        with pytest.raises(DeniedError, match="parental-consent"):
            home.vault.deposit(item, principal=_device(phone))


def test_a_withdrawal_stops_what_flows_to_others_and_not_to_themselves(home: Home) -> None:
    """At the next stretch; what they said themselves they may go on to see (R-12)."""
    recording_id = film(home)
    release = home.vault.release
    ours, own = (
        release(recording_id, purpose=Purpose.OWNER_VIEW, principal=who).stretches
        for who in (OPERATOR, home.leo)
    )
    first = [next(ours), next(own)]
    ends_use(home)
    with pytest.raises(DeniedError, match="use-ended"):
        list(ours)
    assert first[1] + b"".join(own) == FILM


def test_a_guest_who_leaves_sees_no_further(sqlite_home: Home) -> None:
    """Nor does one whose stay ends by itself, a minute later at most."""
    home = sqlite_home
    home.add("hall", PersonSort.UNKNOWN)
    stay = Stay(since_ms=NOW_MS - 2000, until_ms=NOW_MS + 30_000)
    guests = [home.add(name, PersonSort.GUEST) for name in ("Gus", "Gil")]
    flows = []
    recording_id = film(home, "hall")
    for guest_id in guests:
        who = home.let_in(guest_id, Role.GUEST, stay, Right.VIEW, Right.HEAR)
        released = home.vault.release(recording_id, purpose=Purpose.OWNER_VIEW, principal=who)
        assert next(released.stretches)
        flows.append(released.stretches)
    home.house.members.end(home.ana, home.account_id, guests[0])
    with pytest.raises(DeniedError):
        next(flows[0])
    assert next(flows[1])
    home.clock.advance(ms=60_000)
    with pytest.raises(DeniedError):
        next(flows[1])


def test_a_link_that_is_revoked_shows_no_further(sqlite_home: Home) -> None:
    """Whoever holds it and is looking."""
    home = sqlite_home
    home.add("hall", PersonSort.UNKNOWN)
    film(home, "hall")
    (artefact,) = home.vault.list(Query(account=HOME)).recordings[0].artefacts
    shared = home.house.links.share(
        home.ana, artefact.id, [Right.VIEW, Right.HEAR], NOW_MS + 60_000_000
    )
    who, artefact_id = home.house.links.holder(shared.token, Network.AWAY)
    released = home.vault.release(artefact_id, purpose=Purpose.SHARE, principal=who)
    assert next(released.stretches)
    home.house.links.revoke(home.ana, home.account_id, shared.link.id)
    with pytest.raises(DeniedError):
        next(released.stretches)
