"""Keep for: what comes is kept by the rule, what is stored follows it, and exactly that."""

import threading
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from bailee.clock import DAY_MS, FixedClock
from bailee.custody import keep_found
from bailee.custody.audit import audit
from bailee.custody.keep_for import Change, Ruled
from bailee.custody.owner import OWNER
from bailee.custody.vault import Vault
from bailee.errors import (
    BaileeError,
    GoneError,
    InputError,
    LateArrivalError,
    UnkeptError,
    UnknownError,
)
from bailee.rules import entries
from bailee.store.tables import entry
from bailee.types.erasure import Outcome
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.keep_for import KeepPlan, Reach, Voice
from bailee.types.kind import Kind
from bailee.types.query import Query
from bailee.types.recording import Deposit, Deposited
from bailee.types.upload import Intended
from support.vaults import (
    HOME,
    HOUR_MS,
    NOW_MS,
    all_of,
    assert_sound,
    derived,
    entry_types,
    listed,
    opened,
    said,
)

TODAY = NOW_MS // DAY_MS


def ids(vault: Vault) -> dict[str, str]:
    """Of the account, and of everybody and everything heard so far, by name."""
    found: dict[str, str] = {}
    for each in vault.list(Query(account=HOME, limit=1000)).recordings:
        found |= {HOME: each.account_id, each.person: each.person_id, each.device: each.device_id}
    return found


def change(
    vault: Vault,
    days: int | None,
    *,
    person: str | None = None,
    device: str | None = None,
    kind: Kind = Kind.AUDIO,
    voice: Voice = Voice.HOUSE,
) -> Change:
    known = ids(vault)
    return Change(
        account_id=AccountId(known[HOME]),
        reach=Reach(
            kind=kind,
            person_id=None if person is None else PersonId(known[person]),
            device_id=None if device is None else DeviceId(known[device]),
        ),
        days=days,
        sentence=f"all {kind}",
        principal=OWNER,
        voice=lambda _: voice,
    )


def keep(vault: Vault, days: int | None, *, longer: bool = False, **about: object) -> Ruled:
    """Change a rule, and clean up what it forgot."""
    done = vault.keep(change(vault, days, **about), longer=longer)  # type: ignore[arg-type]  # as change says
    if done.asked is not None:
        vault.finish(done.asked.id)
    return done


def planned(vault: Vault, days: int | None, **about: object) -> KeepPlan:
    return vault.plan_keep(change(vault, days, **about))  # type: ignore[arg-type]  # the same


def day_of(vault: Vault, made: Deposited) -> int:
    (shown,) = vault.show(made.recording_id).artefacts
    return shown.kept_until_day


def audited(vault: Vault) -> Sequence[str]:
    vault.rotate()
    vault.ledger_export(vault.home.with_name("export"))
    return audit(vault.home.with_name("export"), vault.config.vkey).problems


def told(vault: Vault, type_: str) -> list[dict[str, object]]:
    vault.publish()
    rows = vault._premises.database.read(
        lambda c: c.scalars(sa.select(entry.c.body).order_by(entry.c.log_index)).all()
    )
    return [each for each in map(entries.parse, rows) if each["type"] == type_]


# -- what comes -------------------------------------------------------------------------------


def test_a_deposit_is_kept_by_the_rule(vault: Vault) -> None:
    """Shorter where its depositor asks so, never longer; others as ever; the policy stays above."""
    said(vault, NOW_MS - 9, person="Ana")
    said(vault, NOW_MS - 9)
    keep(vault, 7, person="Leo")
    assert said(vault, NOW_MS).kept_until_day == TODAY + 7
    assert said(vault, NOW_MS, keep_days=3).kept_until_day == TODAY + 3
    assert said(vault, NOW_MS, keep_days=90).kept_until_day == TODAY + 7
    assert said(vault, NOW_MS, person="Ana").kept_until_day == TODAY + 30
    keep(vault, 365, kind=Kind.VIDEO)
    assert said(vault, NOW_MS, kind=Kind.VIDEO).kept_until_day == TODAY + 365
    for days in (-1, 1097):
        with pytest.raises(InputError):
            keep(vault, days)
    with pytest.raises(InputError):
        said(vault, NOW_MS, keep_days=2000)
    keep(vault, None, person="Leo")
    assert said(vault, NOW_MS).kept_until_day == TODAY + 30
    with pytest.raises(UnknownError):
        keep(vault, None, person="Leo")
    assert audited(vault) == ()


def test_what_is_not_kept_is_not_taken_in(vault: Vault) -> None:
    """Refused before anything is stored, and told; whoever else is in it, by whatever door."""
    said(vault, NOW_MS - 9, person="Ana", device="porch", kind=Kind.VIDEO)
    source = said(vault, NOW_MS - 9)
    keep(vault, 0, person="Leo", kind=Kind.VIDEO)
    keep(vault, 0, kind=Kind.TRANSCRIPT)
    before = listed(vault)
    clip = Deposit(
        account=HOME,
        person="Ana",
        also=("Leo",),
        device="porch",
        kind=Kind.VIDEO,
        content=b"film",
        captured_at_ms=NOW_MS - 5,
    )
    for refused in (
        lambda: said(vault, NOW_MS, kind=Kind.VIDEO),
        lambda: vault.deposit(clip),
        lambda: vault.deposit_many([clip, clip]),
        lambda: derived(vault, source.recording_id),
        lambda: vault.staging().create(intended(vault), 10**6, principal=OWNER),
    ):
        with pytest.raises(UnkeptError):
            refused()
    assert listed(vault) == before
    assert vault.fsck().noted == 0, "no content without a row"
    whys = [each["why"] for each in told(vault, "refusal")]
    assert whys == ["unkept"] * 5
    assert said(vault, NOW_MS - 4, person="Ana", kind=Kind.VIDEO).kept_until_day == TODAY + 30
    assert audited(vault) == ()


def intended(vault: Vault) -> Intended:
    known = ids(vault)
    return Intended(
        account_id=AccountId(known[HOME]),
        kind=Kind.VIDEO,
        person_id=PersonId(known["Leo"]),
        device_id=DeviceId(known["kitchen"]),
        captured_at_ms=NOW_MS,
    )


def test_an_upload_under_way_obeys_a_rule_made_meanwhile(sqlite_vault: Vault) -> None:
    """It is refused at its end, and nothing of it is left."""
    vault = sqlite_vault
    said(vault, NOW_MS - 9)
    staging = vault.staging()
    begun = staging.create(intended(vault), 4, principal=OWNER)
    keep(vault, 0, kind=Kind.VIDEO)
    with staging.append(begun.id, 0, principal=OWNER) as tail:
        tail.write(b"film")
        with pytest.raises(UnkeptError):
            tail.commit()
    with pytest.raises(BaileeError):
        staging.show(begun.id, principal=OWNER)
    assert vault.fsck().noted == 0


def test_given_to_another_it_is_kept_by_the_rule_about_them(vault: Vault) -> None:
    """Shorter, or not at all: then it stays where it is."""
    said(vault, NOW_MS - 9, person="Ana")
    said(vault, NOW_MS - 9, person="Mia")
    keep(vault, 7, person="Ana")
    keep(vault, 0, person="Mia")
    made = said(vault, NOW_MS)
    with pytest.raises(UnkeptError):
        vault.reassign(HOME, made.recording_id, "Mia")
    assert opened(vault, made.recording_id)
    moved = vault.reassign(HOME, made.recording_id, "Ana")
    (shown,) = vault.show(moved.new_id).artefacts
    assert shown.kept_until_day == TODAY + 7
    assert_sound(vault)


# -- what is stored ---------------------------------------------------------------------------


def test_a_shorter_time_applies_to_what_is_stored(vault: Vault, clock: FixedClock) -> None:
    """What is over goes at once, with a receipt; the rest ends earlier; nothing else is touched."""
    old = [said(vault, NOW_MS + n * HOUR_MS - DAY_MS) for n in range(3)]
    text = derived(vault, old[0].recording_id)
    anas = said(vault, NOW_MS - 5, person="Ana")
    clock.advance(days=10)
    young = said(vault, NOW_MS + 10 * DAY_MS)
    plan = planned(vault, 7, person="Leo")
    assert (plan.now, plan.sooner, plan.longer, plan.held) == (3, 1, 0, 0)
    assert (plan.from_ms, plan.to_ms) == (old[0].begin_ms, old[2].begin_ms + 500)
    assert len(listed(vault)) == 5, "a plan changes nothing"
    done = keep(vault, 7, person="Leo")
    assert done.asked is not None
    erasure = vault.erasure(done.asked.id)
    assert (erasure.outcome, erasure.artefacts) == (Outcome.ERASED, {Kind.AUDIO: 3})
    for each in old:
        with pytest.raises(GoneError) as gone:
            opened(vault, each.artefact_id)
        assert gone.value.erasure_id == done.asked.id
    assert opened(vault, text.artefact_id)
    assert opened(vault, anas.artefact_id)
    assert day_of(vault, young) == TODAY + 17
    receipt = vault.receipt(done.asked.id, asked=done.asked)
    assert receipt["sentence"] == done.asked.sentence
    (entry_,) = told(vault, "keep")
    assert (entry_["sooner"], entry_["erasure"]) == (1, done.asked.id)
    assert audited(vault) == ()
    assert_sound(vault)
    assert planned(vault, 7, person="Leo").now == 0


def test_not_at_all_takes_what_there_is(vault: Vault, clock: FixedClock) -> None:
    """Today's too; what comes late to that stretch is late, and another kind is not touched."""
    made = [said(vault, NOW_MS - n * HOUR_MS) for n in range(4)]
    text = derived(vault, made[0].recording_id)
    assert planned(vault, 0).now == 4
    done = keep(vault, 0)
    assert done.asked is not None
    for each in made:
        with pytest.raises(GoneError):
            opened(vault, each.artefact_id)
    assert opened(vault, text.artefact_id)
    keep(vault, 30)
    with pytest.raises(LateArrivalError):
        said(vault, NOW_MS - HOUR_MS - 5)
    clock.advance(ms=HOUR_MS)
    assert said(vault, clock.now_ms()).kept_until_day == TODAY + 30
    assert audited(vault) == ()
    assert_sound(vault)


def test_only_what_is_over_goes(vault: Vault, clock: FixedClock) -> None:
    """An import between old recordings, one that reaches in, and a clip of two: each by itself."""
    said(vault, NOW_MS - DAY_MS, person="Ana", kind=Kind.VIDEO)
    first = said(vault, NOW_MS - 9 * HOUR_MS)
    second = said(vault, NOW_MS - 6 * HOUR_MS)
    third = said(vault, NOW_MS - 5 * HOUR_MS)
    both = vault.deposit(
        Deposit(
            account=HOME,
            person="Ana",
            also=("Leo",),
            device="kitchen",
            kind=Kind.AUDIO,
            content=b"both",
            captured_at_ms=NOW_MS - 4 * HOUR_MS,
        )
    )
    hers = said(vault, NOW_MS - 4 * HOUR_MS + 10, person="Ana")
    clock.advance(days=10)
    between = said(vault, NOW_MS - 7 * HOUR_MS, duration_ms=90 * 60_000)
    keep(vault, 7, person="Leo")
    for gone in (first, second, third, both):
        with pytest.raises(GoneError):
            opened(vault, gone.artefact_id)
    for stays in (hers, between):
        assert opened(vault, stays.artefact_id)
    late = said(vault, NOW_MS - 4 * HOUR_MS + 20, person="Ana", duration_ms=0)
    assert opened(vault, late.artefact_id)
    assert audited(vault) == ()
    assert_sound(vault)


def test_a_longer_time_is_for_what_comes_unless_asked(vault: Vault, clock: FixedClock) -> None:
    """Then the rest is wrapped again, as far as the policy goes, and opens on its later day."""
    made = said(vault, NOW_MS - 5)
    short = said(vault, NOW_MS - 5, person="Ana", keep_days=2)
    keep(vault, 90)
    assert (day_of(vault, made), day_of(vault, short)) == (TODAY + 30, TODAY + 2)
    assert planned(vault, 90).longer == 2
    done = keep(vault, 90, longer=True)
    assert (done.longer, done.sooner, done.asked) == (2, 0, None)
    assert day_of(vault, made) == day_of(vault, short) == TODAY + 90
    clock.advance(days=60)
    vault.expire(confirm=0)
    assert opened(vault, made.artefact_id)
    assert_sound(vault)


def test_what_was_kept_longer_by_hand_stays_when_another_rule_changes(vault: Vault) -> None:
    """A rule takes what it changes and nothing more; saying it again takes nothing."""
    made = said(vault, NOW_MS - 5)
    said(vault, NOW_MS - 5, person="Ana")
    keep(vault, 7, person="Leo")
    vault.retain(all_of(recordings=(made.recording_id,)), 60)
    for rule in ({"person": "Ana"}, {}, {"person": "Leo"}, {"kind": Kind.VIDEO}):
        keep(vault, 7, **rule)
        assert day_of(vault, made) == TODAY + 60


def test_what_somebody_chose_for_themselves_is_not_made_longer(vault: Vault) -> None:
    """Whatever another says about them; and only they take it back."""
    said(vault, NOW_MS - 5)
    keep(vault, 2, person="Leo", voice=Voice.OWN)
    keep(vault, 90, person="Leo", longer=True)
    assert said(vault, NOW_MS).kept_until_day == TODAY + 2
    keep(vault, None, person="Leo")
    with pytest.raises(UnknownError):
        keep(vault, None, person="Leo")
    assert said(vault, NOW_MS + 1).kept_until_day == TODAY + 2


def test_a_hold_keeps_what_a_rule_forgets(vault: Vault) -> None:
    """The rule counts, nobody opens it, and its bytes stay until the hold lifts."""
    made = said(vault, NOW_MS - 5)
    held = vault.hold(all_of(person="Leo"))
    assert planned(vault, 0).held == 1
    done = keep(vault, 0)
    assert done.asked is not None
    assert vault.erasure(done.asked.id).outcome is Outcome.HELD
    with pytest.raises(GoneError):
        opened(vault, made.artefact_id)
    vault.lift(held.id)
    assert vault.erasure(done.asked.id).outcome is Outcome.ERASED
    assert_sound(vault)


def test_rules_die_with_whom_they_are_about(vault: Vault) -> None:
    """Whoever bears the name later begins without them."""
    said(vault, NOW_MS - 5)
    said(vault, NOW_MS - 5, person="Ana", device="porch")
    account_id = AccountId(ids(vault)[HOME])
    keep(vault, 0, person="Leo")
    keep(vault, 3, device="porch")
    keep(vault, 9)
    assert len(vault.keep_rules(account_id)) == 3
    vault.erase(all_of(person="Leo"))
    vault.erase(all_of(device="porch"))
    assert [each.days for each in vault.keep_rules(account_id)] == [9]
    vault.erase(all_of(everything=True))
    assert vault.keep_rules(account_id) == ()


# -- at once ----------------------------------------------------------------------------------


def test_a_rule_and_a_deposit_that_race_do_not_miss_each_other(vault: Vault) -> None:
    """Whoever comes first: after “don't keep” was acknowledged, nothing of it is there."""
    said(vault, NOW_MS - DAY_MS, kind=Kind.VIDEO)
    wanted = change(vault, 0)
    refused, failed = [], []
    begun = threading.Barrier(4)

    def deposit(number: int) -> None:
        begun.wait()
        for each in range(12):
            try:
                said(vault, NOW_MS - HOUR_MS - 100 * each - number)
            except UnkeptError:
                refused.append(number)
            except LateArrivalError:
                pass  # the same leaf's millisecond was cut: it is refused as well
            except Exception as error:  # noqa: BLE001 - told at the end
                failed.append(error)

    threads = [threading.Thread(target=deposit, args=(n,)) for n in range(3)]
    for each in threads:
        each.start()
    begun.wait()
    vault.keep(wanted)
    left = vault.list(Query(account=HOME, kind=Kind.AUDIO, limit=1000)).recordings
    for each in threads:
        each.join()
    assert failed == []
    assert left == ()
    assert vault.list(Query(account=HOME, kind=Kind.AUDIO)).recordings == ()
    vault.resume()
    assert audited(vault) == ()
    assert_sound(vault)


def test_the_ledger_tells_a_rule_before_what_it_forgot(sqlite_vault: Vault) -> None:
    """And nothing where nothing was over."""
    said(sqlite_vault, NOW_MS - 5)
    keep(sqlite_vault, 7)
    assert "erase" not in entry_types(sqlite_vault)
    keep(sqlite_vault, 0)
    assert entry_types(sqlite_vault)[-3:] == ["keep", "erase", "erased"]


def test_more_than_one_erasure_takes_is_unreadable_at_once_all_the_same(
    sqlite_vault: Vault, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has no room in it ends by its day, which is over; the next expiry cuts it."""
    monkeypatch.setattr(keep_found, "MOST_SPANS", 1)
    monkeypatch.setattr(keep_found, "MOST_LEAVES", 1)
    vault = sqlite_vault
    made = [
        said(vault, NOW_MS - n * HOUR_MS, person=who) for n in range(2) for who in ("Ana", "Leo")
    ]
    keep(vault, 0)
    assert listed(vault) == []
    for each in made:
        with pytest.raises(GoneError):
            opened(vault, each.artefact_id)
    clock.advance(days=1)
    vault.expire()
    assert audited(vault) == ()
    assert_sound(vault)
