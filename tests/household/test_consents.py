"""Consent: an act, after a disclosure, one scope at a time; taken back at once; never rewritten."""

import pytest
import sqlalchemy as sa

from bailee.errors import ConflictError, DeniedError, UnknownError
from bailee.household.consents import Agreement
from bailee.household.notice import Notices
from bailee.household.notice_text import Text, bundled
from bailee.store.household_tables import consent
from bailee.types.consent import Channel, ConsentAct, How, Notice
from bailee.types.decide import OPERATOR
from bailee.types.household import Proof
from bailee.types.ids import PersonId
from bailee.types.purpose import Purpose
from bailee.types.scope import Scope
from household.conftest import Home
from household.told import told
from support.vaults import NOW_MS, said

TRAINING = Agreement(
    scope=Scope.TRAIN, version=1, how=How.BUTTON, evidence={"button": "Yes, train with mine"}
)


def shown(home: Home, who: PersonId, notice: Notice, version: int = 1) -> None:
    home.house.notices.show(home.account_id, who, notice, version, Channel.PAGE)


def trained(home: Home, recording_id: str) -> bytes:
    """A release to train, by the deployment's own room for it."""
    released = home.vault.release(recording_id, purpose=Purpose.TRAIN, principal=home.leo)
    return b"".join(released.stretches)


@pytest.mark.parametrize(
    "word", ["pre-ticked", "bundled", "implied", "hovering", "closing", "scroll"]
)
def test_what_is_no_yes_has_no_word(word: str) -> None:
    """No value says it, so no row, entry or request can."""
    with pytest.raises(ValueError, match=word):
        How(word)


def test_a_yes_needs_its_notice_first(home: Home) -> None:
    """Without a disclosure that a door showed, to whoever says yes, there is no consent."""
    with pytest.raises(ConflictError):
        home.house.consents.give(home.leo, home.account_id, home.leo_id, TRAINING)
    shown(home, home.ana_id, Notice.TRAIN)
    shown(home, home.leo_id, Notice.USE)
    home.house.notices.send(home.account_id, home.leo_id, Notice.TRAIN)
    with pytest.raises(ConflictError):
        home.house.consents.give(home.leo, home.account_id, home.leo_id, TRAINING)
    assert home.house.consents.history(home.leo, home.account_id, home.leo_id) == ()


def test_given_used_withdrawn(home: Home) -> None:
    """Use begins with the yes and ends with the withdrawal; both are told, and kept."""
    mine = said(home.vault, NOW_MS - 1000, person="Leo", content=b"walnuts")
    with pytest.raises(DeniedError):
        trained(home, mine.recording_id)
    shown(home, home.leo_id, Notice.TRAIN)
    home.house.consents.give(home.leo, home.account_id, home.leo_id, TRAINING)
    assert trained(home, mine.recording_id) == b"walnuts"
    home.house.consents.withdraw(home.leo, home.account_id, home.leo_id, Scope.TRAIN)
    with pytest.raises(DeniedError):
        trained(home, mine.recording_id)
    history = home.house.consents.history(home.leo, home.account_id, home.leo_id)
    assert [each.act for each in history] == [ConsentAct.GIVEN, ConsentAct.WITHDRAWN]
    assert history[0].how is How.BUTTON
    assert not history[0].in_force
    assert [each["act"] for each in told(home.vault, "consent")] == ["given", "withdrawn"]


def test_withdrawing_forgets_nothing_and_offers_to(home: Home) -> None:
    """Two acts: the recordings are there afterwards, and the answer says what could go (R-12)."""
    mine = said(home.vault, NOW_MS - 1000, person="Leo", content=b"walnuts")
    offer = home.house.consents.withdraw(home.leo, home.account_id, home.leo_id, Scope.USE)
    assert offer.sentence == "everything of Leo in home"
    own = home.vault.release(mine.recording_id, purpose=Purpose.OWNER_VIEW, principal=home.leo)
    assert b"".join(own.stretches) == b"walnuts"
    with pytest.raises(DeniedError):
        home.vault.release(mine.recording_id, purpose=Purpose.OWNER_VIEW, principal=home.ana)
    assert told(home.vault, "erase") == []


def test_nothing_to_take_back(home: Home) -> None:
    """What was never given, or was taken back, cannot be taken back."""
    for scope in (Scope.TRAIN, Scope.DISCLOSE):
        with pytest.raises(ConflictError):
            home.house.consents.withdraw(home.leo, home.account_id, home.leo_id, scope)
    home.house.consents.withdraw(home.leo, home.account_id, home.leo_id, Scope.USE)
    with pytest.raises(ConflictError):
        home.house.consents.withdraw(home.leo, home.account_id, home.leo_id, Scope.USE)


def test_nobody_consents_for_another_grown_up(home: Home) -> None:
    """Not even who owns the household; taking back is *revoked* then, and they are told."""
    shown(home, home.ana_id, Notice.TRAIN)
    shown(home, home.leo_id, Notice.TRAIN)
    with pytest.raises(DeniedError):
        home.house.consents.give(home.ana, home.account_id, home.leo_id, TRAINING)
    home.house.consents.give(home.leo, home.account_id, home.leo_id, TRAINING)
    home.house.consents.withdraw(home.ana, home.account_id, home.leo_id, Scope.TRAIN)
    assert told(home.vault, "consent")[-1]["act"] == "revoked"
    assert home.house.inbox.list(home.leo)[0].subject == "A consent of yours was taken back"


def guarded(home: Home) -> None:
    """Ana is shown to be Mia's mother."""
    home.house.guardians.name(home.ana, home.account_id, home.mia_id, home.ana_id)
    home.house.guardians.verify(OPERATOR, home.account_id, home.mia_id, home.ana_id, Proof.OPERATOR)


def test_a_childs_use_is_off_until_a_guardian_says_yes(home: Home) -> None:
    """To the notice for parents; it ends with the guardianship, and a named one is none yet."""
    use = Agreement(scope=Scope.USE, version=1, how=How.SIGNED, evidence={"form": "12"})
    with pytest.raises(DeniedError):
        said(home.vault, NOW_MS - 1000, person="Mia")
    shown(home, home.ana_id, Notice.CHILDREN)
    home.house.guardians.name(home.ana, home.account_id, home.mia_id, home.ana_id)
    with pytest.raises(DeniedError):
        home.house.consents.give(home.ana, home.account_id, home.mia_id, use)
    with pytest.raises(DeniedError):
        said(home.vault, NOW_MS - 1000, person="Mia")
    guarded(home)
    home.house.consents.give(home.ana, home.account_id, home.mia_id, use)
    voice = said(home.vault, NOW_MS - 1000, person="Mia")
    assert _heard(home, voice.recording_id)
    evidence = home.house.consents.evidence(home.ana, home.account_id, home.mia_id, Scope.USE)
    assert evidence == {"form": "12"}
    home.house.guardians.end(OPERATOR, home.account_id, home.mia_id, home.ana_id)
    with pytest.raises(DeniedError):
        _heard(home, voice.recording_id)
    assert [each["act"] for each in told(home.vault, "guardian")] == ["named", "verified", "ended"]


def _heard(home: Home, recording_id: str) -> bytes:
    released = home.vault.release(recording_id, purpose=Purpose.OWNER_VIEW)
    return b"".join(released.stretches)


def test_only_the_operator_vouches(home: Home) -> None:
    """Nobody makes themselves a guardian."""
    home.house.guardians.name(home.ana, home.account_id, home.mia_id, home.ana_id)
    with pytest.raises(DeniedError):
        home.house.guardians.verify(
            home.ana, home.account_id, home.mia_id, home.ana_id, Proof.OPERATOR
        )
    with pytest.raises(UnknownError):
        home.house.guardians.verify(
            OPERATOR, home.account_id, home.mia_id, home.leo_id, Proof.OPERATOR
        )


def test_a_material_change_asks_again(home: Home) -> None:
    """A yes to what the notice no longer says counts no more; to one that only reads better, it does."""
    mine = said(home.vault, NOW_MS - 1000, person="Leo")
    shown(home, home.leo_id, Notice.TRAIN)
    home.house.consents.give(home.leo, home.account_id, home.leo_id, TRAINING)
    _in_force(home, 2, material=False)
    assert trained(home, mine.recording_id)
    _in_force(home, 3, material=True)
    with pytest.raises(DeniedError):
        trained(home, mine.recording_id)
    [given] = home.house.consents.history(home.leo, home.account_id, home.leo_id)
    assert given.act is ConsentAct.GIVEN
    assert not given.in_force
    with pytest.raises(ConflictError):
        shown(home, home.leo_id, Notice.TRAIN, version=1)
    shown(home, home.leo_id, Notice.TRAIN, version=3)
    with pytest.raises(ConflictError):
        home.house.consents.give(home.leo, home.account_id, home.leo_id, TRAINING)
    again = Agreement(scope=Scope.TRAIN, version=3, how=How.BUTTON, evidence={})
    home.house.consents.give(home.leo, home.account_id, home.leo_id, again)
    assert trained(home, mine.recording_id)


def _in_force(home: Home, version: int, *, material: bool) -> None:
    text = Text(
        notice=Notice.TRAIN,
        version=version,
        covers=frozenset({Scope.TRAIN}),
        material=material,
        body="Anew.",
        text_hash=bytes([version]) * 32,
    )
    Notices(home.house._ground, (*bundled(), text)).put_in_force()


def test_the_past_is_not_rewritten(home: Home) -> None:
    """Each act is a row of its own, numbered without a gap; none changes once it is there."""
    shown(home, home.leo_id, Notice.TRAIN)
    seen: list[tuple[object, ...]] = []
    wanted = sa.select(consent).order_by(consent.c.number)
    for _ in range(3):
        home.house.consents.give(home.leo, home.account_id, home.leo_id, TRAINING)
        home.clock.advance(ms=1000)
        home.house.consents.withdraw(home.leo, home.account_id, home.leo_id, Scope.TRAIN)
        rows = home.vault._premises.database.read(lambda c: c.execute(wanted).all())
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        assert [tuple(row) for row in rows][: len(seen)] == seen
        seen = [tuple(row) for row in rows]
