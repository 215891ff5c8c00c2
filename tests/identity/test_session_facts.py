"""Sessions as facts: what lives and is one's own says its ages; everything else bars."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from bailee.errors import InputError
from bailee.identity.network import network_of_peer, parse_networks
from bailee.identity.session_facts import IdentitySessions
from bailee.store.identity_tables import session
from bailee.types.decide import OPERATOR, Principal, PrincipalKind
from bailee.types.network import Network
from bailee.types.session_facts import SessionSheet
from identity.parts_for_tests import CHEAP, HERE, World

AGELESS = SessionSheet(second_factor_ms=None, stepped_up_ms=None)


def sheet(world: World, principal: Principal) -> SessionSheet | None:
    """What the gate is told, in one transaction of the database."""
    facts = IdentitySessions(world.identity)
    return world.database.read(lambda c: facts(c, principal))


def someone(world: World) -> tuple[Principal, str]:
    """A person who is signed in, as a door vouches for them, and their token."""
    ana = world.person()
    entered = world.enter(ana)
    who = Principal(kind=PrincipalKind.PERSON, id=ana.id, session=entered.session.id)
    return who, entered.token


def test_a_live_session_says_when_its_factors_were_shown(both: World) -> None:
    """The moments of the second factor and of the step-up, as they move."""
    ana = both.person()
    entered = both.enter(ana)
    who = Principal(kind=PrincipalKind.PERSON, id=ana.id, session=entered.session.id)
    shown_ms = entered.session.second_factor_ms
    assert sheet(both, who) == SessionSheet(
        second_factor_ms=shown_ms, stepped_up_ms=entered.session.stepped_up_ms
    )
    both.clock.advance(days=1)
    both.identity.step_up.by_code(entered.token, both.code(ana.secret), HERE)
    now_ms = both.clock.now_ms()
    assert sheet(both, who) == SessionSheet(second_factor_ms=now_ms, stepped_up_ms=now_ms)


@pytest.mark.parametrize("what", ["idle", "expired", "ended", "changed"])
def test_a_session_that_is_over_says_nothing(both: World, what: str) -> None:
    """By idleness, by its time, by its person, by a new password: from that moment."""
    who, token = someone(both)
    match what:
        case "idle":
            both.clock.advance(ms=CHEAP.idle_ms)
        case "expired":
            while sheet(both, who) is not None:
                assert both.clock.now_ms() < session_of(both, who).expires_ms
                both.clock.advance(ms=CHEAP.idle_ms // 2)
                both.identity.authenticate(token)
            assert both.clock.now_ms() >= session_of(both, who).expires_ms
        case "ended":
            both.identity.end(token, who.session)
        case _:
            both.identity.own_password.change(
                token, "four quiet walnut chairs", "another good long chair", HERE
            )
    assert sheet(both, who) is None


def session_of(world: World, who: Principal) -> sa.Row[*tuple[int, ...]]:
    """The row, which stays until the sweep."""
    wanted = sa.select(session).where(session.c.id == who.session)
    return world.database.read(lambda c: c.execute(wanted).one())


def test_nobody_has_the_session_of_another(both: World) -> None:
    """Nor is a token's id a session's, or the other way round; what is made up is nothing."""
    who, _ = someone(both)
    made = both.identity.tokens.make("acc_home", "dev_camera")
    camera = Principal(kind=PrincipalKind.DEVICE, id="dev_camera", session=made.id)
    for other in (
        replace(who, id="per_other"),
        replace(who, session=""),
        replace(who, session="ses_aaaaaaaaaaaaaaaa"),
        replace(who, session=made.id),
        replace(camera, id="dev_other"),
        replace(camera, session=who.session),
        replace(camera, kind=PrincipalKind.PERSON),
        replace(who, kind=PrincipalKind.DEVICE),
    ):
        assert sheet(both, other) is None


def test_a_session_that_sets_up_a_factor_says_nothing(both: World) -> None:
    """Whoever was invited and has no second factor yet opens nothing."""
    entered = both.invite("per_leo", "leo@home.example", "four quiet walnut chairs")
    who = Principal(kind=PrincipalKind.PERSON, id="per_leo", session=entered.session.id)
    assert sheet(both, who) is None


def test_a_token_lives_until_it_is_revoked_or_its_time_is_over(both: World) -> None:
    """It shows no factor; a rotated one works a day longer, a revoked one no moment."""
    made = both.identity.tokens.make("acc_home", "dev_camera")
    camera = Principal(kind=PrincipalKind.DEVICE, id="dev_camera", session=made.id)
    assert sheet(both, camera) == AGELESS
    fresh = both.identity.tokens.rotate(made.token, HERE)
    both.clock.advance(ms=CHEAP.token_overlap_ms - 1)
    assert sheet(both, camera) == AGELESS
    both.clock.advance(ms=1)
    assert sheet(both, camera) is None
    renewed = replace(camera, session=fresh.id)
    assert sheet(both, renewed) == AGELESS
    both.identity.tokens.revoke("acc_home", fresh.id)
    assert sheet(both, renewed) is None


def test_a_link_has_no_factor_and_the_operator_and_staff_no_session(world: World) -> None:
    """The household's table knows the link; the machine's terminal signs nobody in."""
    assert sheet(world, Principal(kind=PrincipalKind.LINK, id="lnk_a", session="lnk_a")) == AGELESS
    assert sheet(world, OPERATOR) is None
    assert sheet(world, Principal(kind=PrincipalKind.STAFF, id="stf_a", session="ses_a")) is None


@pytest.mark.parametrize(
    ("address", "behind_proxy", "network"),
    [
        ("127.0.0.1", False, Network.MACHINE),
        ("::1", False, Network.MACHINE),
        ("::ffff:127.0.0.1", False, Network.MACHINE),
        ("127.0.0.1", True, Network.AWAY),
        ("192.168.1.20", True, Network.HOME),
        ("::ffff:192.168.1.20", False, Network.HOME),
        ("fd00:1::20%eth0", False, Network.HOME),
        ("192.168.2.20", False, Network.AWAY),
        ("203.0.113.9", False, Network.AWAY),
        ("", False, Network.AWAY),
        ("unix:", False, Network.AWAY),
    ],
)
def test_where_a_peer_asks_from(address: str, behind_proxy: bool, network: Network) -> None:
    """The machine where nothing passes requests on, the home where it was named, else away."""
    home = parse_networks(["192.168.1.0/24", " fd00:1::/64"])
    assert network_of_peer(address, home, behind_proxy=behind_proxy) is network


def test_loopback_is_not_the_machine_unless_told(world: World) -> None:
    """A proxy on the same machine passes on what comes from anywhere."""
    assert network_of_peer("127.0.0.1") is Network.AWAY


@pytest.mark.parametrize("text", ["", "home", "192.168.1.20/24", "192.168.1.0/33"])
def test_a_home_network_is_read_once_and_wholly(text: str) -> None:
    """What is no network is refused at the start, not passed over."""
    with pytest.raises(InputError):
        parse_networks([text])
