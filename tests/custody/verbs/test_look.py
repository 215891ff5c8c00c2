"""Look: many at once in one entry, each as `release` would have it, never what it refuses."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.clock import FixedClock
from bailee.custody.audit import audit
from bailee.custody.look import Looked, contents
from bailee.custody.vault import Vault
from bailee.errors import BaileeError, DeniedError, GoneError, InputError
from bailee.rules.places import unpack
from bailee.types.cut import between
from bailee.types.decide import Access, Decision
from bailee.types.ids import ArtefactId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.recording import Deposited
from household.told import told
from support.vaults import HOUR_MS, LARGE, NOW_MS, all_of, derived, entry_types, opened, said

VIEW = Purpose.OWNER_VIEW


def look(vault: Vault, *made: Deposited, at_most_bytes: int | None = None) -> tuple[Looked, ...]:
    ids = [each.artefact_id for each in made]
    account_id = vault.show(made[0].recording_id).account_id
    return vault.look(account_id, ids, purpose=VIEW, at_most_bytes=at_most_bytes)


def deciding(vault: Vault, rule: Callable[[Access], str]) -> None:
    """Let *rule* name the policy that allows; "" for none."""

    def decide(access: Access) -> Decision:
        return Decision(allowed=bool(rule(access)), policy=rule(access) or "default-deny")

    vault._premises.decide = decide


def test_one_entry_for_a_page(vault: Vault) -> None:
    """Texts and sounds of several people, in the order asked for; the entry has all addresses."""
    made = [said(vault, NOW_MS - 1000 - n, person=("Leo", "Ana")[n % 2]) for n in range(6)]
    made += [derived(vault, made[0].recording_id, made[3].recording_id, content=b"walnuts")]
    looked = look(vault, *reversed(made))
    assert [each.artefact_id for each in looked] == [each.artefact_id for each in reversed(made)]
    assert contents(looked) == {each.artefact_id: opened(vault, each.artefact_id) for each in made}
    [entry] = told(vault, "releases")
    releases = told(vault, "release")
    assert {tuple(each) for each in unpack(entry["sources"])} == {
        tuple(each) for release in releases for each in release["sources"]
    }
    assert {
        (kind, *each) for kind, places in entry["artefacts"].items() for each in unpack(places)
    } == {(release["kind"], *release["address"]) for release in releases}
    for field in ("account", "principal", "policy", "purpose"):
        assert entry[field] == releases[0][field]


def test_what_is_refused_is_left_out_and_is_no_entry(sqlite_vault: Vault) -> None:
    """A page asks for what may be seen: nothing was refused that was asked for."""
    made = [said(sqlite_vault, NOW_MS - n, person="Leo" if n else "Ana") for n in range(3)]
    leo = sqlite_vault.show(made[1].recording_id).person_id
    deciding(sqlite_vault, lambda access: "test" if access.person_id == leo else "")
    assert [each.artefact_id for each in look(sqlite_vault, *made)] == [
        each.artefact_id for each in made[1:]
    ]
    assert look(sqlite_vault, made[0]) == ()
    assert "refusal" not in entry_types(sqlite_vault)
    assert len(told(sqlite_vault, "releases")) == 1


def test_what_two_are_heard_in_needs_both(sqlite_vault: Vault) -> None:
    """One no is a no, as for a release."""
    one = said(sqlite_vault, NOW_MS - 1)
    two = said(sqlite_vault, NOW_MS - 2, person="Ana")
    both = derived(sqlite_vault, one.recording_id, two.recording_id)
    leo = sqlite_vault.show(one.recording_id).person_id
    deciding(sqlite_vault, lambda access: "test" if access.person_id == leo else "")
    assert look(sqlite_vault, both) == ()


def test_an_entry_names_the_policy_of_all_it_tells(sqlite_vault: Vault) -> None:
    """Two policies, two entries."""
    made = [said(sqlite_vault, NOW_MS - n, person=("Leo", "Ana")[n % 2]) for n in range(4)]
    leo = sqlite_vault.show(made[0].recording_id).person_id
    deciding(sqlite_vault, lambda access: "own" if access.person_id == leo else "shared")
    assert len(look(sqlite_vault, *made)) == 4
    assert [each["policy"] for each in told(sqlite_vault, "releases")] == ["own", "shared"]


def test_a_thumbnail_is_shown_to_who_may_open_what_it_shows(sqlite_vault: Vault) -> None:
    """In small as in large, by either verb; and who may open the film may see its picture."""
    film = said(sqlite_vault, NOW_MS - 1, kind=Kind.VIDEO)
    picture = derived(sqlite_vault, film.recording_id, kind=Kind.THUMBNAIL)
    deciding(sqlite_vault, lambda access: "" if access.kind is Kind.VIDEO else "test")
    assert look(sqlite_vault, picture) == ()
    with pytest.raises(DeniedError):
        opened(sqlite_vault, picture.artefact_id)
    deciding(sqlite_vault, lambda _: "test")
    assert len(look(sqlite_vault, picture)) == 1


def test_others_and_large_and_missing_ones_are_left_out(sqlite_vault: Vault) -> None:
    """Another household's, what is larger than asked for, what is no more."""
    mine, large = (
        said(sqlite_vault, NOW_MS - 1),
        said(sqlite_vault, NOW_MS - 2, content=bytes(LARGE)),
    )
    others = said(sqlite_vault, NOW_MS - 3, account="neighbours")
    gone = said(sqlite_vault, NOW_MS - 4)
    sqlite_vault.erase(all_of(recordings=(gone.recording_id,)))
    looked = look(sqlite_vault, mine, large, others, gone, mine, at_most_bytes=LARGE - 1)
    assert [each.artefact_id for each in looked] == [mine.artefact_id]
    with pytest.raises(InputError):
        look(sqlite_vault, *([mine] * 501))
    account = sqlite_vault.show(mine.recording_id).account_id
    with pytest.raises(BaileeError):
        sqlite_vault.look(account, [ArtefactId("rec_no")], purpose=VIEW)


def test_many_are_told_in_entries_that_fit(sqlite_vault: Vault) -> None:
    """No entry outgrows the ledger, whatever was made of how many."""
    spoken = [said(sqlite_vault, NOW_MS - n) for n in range(250)]
    ids = [each.recording_id for each in spoken]
    facts = [derived(sqlite_vault, *ids, kind=Kind.FACT) for _ in range(8)]
    assert len(look(sqlite_vault, *facts)) == 8
    assert len(told(sqlite_vault, "releases")) == 3
    sqlite_vault.publish()


def test_it_stops_where_it_is_forgotten_meanwhile(vault: Vault) -> None:
    """The first reading is the entry's; then each asks whether it is still so."""
    made = [said(vault, NOW_MS - n, content=bytes(200_000)) for n in range(2)]
    first, second = look(vault, *made)
    assert first.read(0, 10) == bytes(10)
    assert first.read(150_000, 200_000) == bytes(50_000)
    vault.erase(all_of(recordings=(made[0].recording_id,)))
    with pytest.raises(GoneError):
        first.read(0, 10)
    assert second.read(0, 10) == second.read(70_000, 70_010) == bytes(10)
    assert list(contents((first, second))) == [second.artefact_id]


def test_it_is_decided_anew_when_a_decision_may_have_changed(
    sqlite_vault: Vault, clock: FixedClock
) -> None:
    """And a no while it is read is a refusal, as of any release that flows."""
    made = said(sqlite_vault, NOW_MS, content=bytes(200_000))
    [looked] = look(sqlite_vault, made)
    assert looked.read(0, 1)
    deciding(sqlite_vault, lambda _: "")
    clock.advance(ms=120_000)
    with pytest.raises(DeniedError):
        looked.read(0, 1)
    assert entry_types(sqlite_vault)[-1] == "refusal"


def test_nothing_is_seen_after_it_was_forgotten(vault: Vault, tmp_path: Path) -> None:
    """Pages and erasures at once, from several threads: each look is wholly before or after."""
    made = [said(vault, NOW_MS - n, content=b"%d" % n) for n in range(12)]
    account_id = vault.show(made[0].recording_id).account_id
    ids = [each.artefact_id for each in made]
    gone: list[ArtefactId] = []

    def pages() -> None:
        while len(gone) < len(ids):
            before = list(gone)
            seen = vault.look(account_id, ids, purpose=VIEW)
            assert not {each.artefact_id for each in seen} & set(before)

    with ThreadPoolExecutor(3) as readers:
        reading = [readers.submit(pages) for _ in range(3)]
        for each in made:
            vault.forget(all_of(recordings=(each.recording_id,)))
            gone.append(each.artefact_id)
    for each_reader in reading:
        each_reader.result()
    vault.ledger_export(tmp_path / "export")
    assert audit(tmp_path / "export", vault.config.vkey).problems == ()


@settings(max_examples=15)
@given(data=st.data())
def test_it_yields_what_release_would(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any household, any forgetting, any decider by person, kind and time: the same, byte for byte.

    The exported ledger passes the audit.
    """
    home = tmp_path_factory.mktemp("look")
    with Vault.create(home / "vault", clock=FixedClock(NOW_MS)) as vault:
        made = [
            said(
                vault,
                NOW_MS - data.draw(st.integers(1, 5)) * HOUR_MS,
                person=data.draw(st.sampled_from(["Leo", "Ana"])),
                kind=data.draw(st.sampled_from([Kind.AUDIO, Kind.VIDEO])),
                content=bytes(data.draw(st.sampled_from([0, 1, LARGE]))),
            )
            for _ in range(data.draw(st.integers(1, 5)))
        ]
        for kind in data.draw(st.lists(st.sampled_from([Kind.TRANSCRIPT, Kind.THUMBNAIL]))):
            of = data.draw(st.lists(st.sampled_from(made), min_size=1, max_size=2))
            made.append(derived(vault, *(each.recording_id for each in of), kind=kind))
        account_id = vault.show(made[0].recording_id).account_id
        for hour in data.draw(st.sets(st.integers(1, 5), max_size=2)):
            span = {"from_ms": NOW_MS - hour * HOUR_MS, "to_ms": NOW_MS - hour * HOUR_MS}
            vault.erase(all_of(kind=data.draw(st.sampled_from([None, *Kind][:4])), **span))
        no = data.draw(st.sets(st.sampled_from([Kind.AUDIO, Kind.VIDEO, Kind.THUMBNAIL])))
        until_ms = NOW_MS - data.draw(st.integers(0, 6)) * HOUR_MS

        def rule(access: Access) -> str:
            assert access.span is not None
            return "" if access.kind in no and access.span.begin_ms > until_ms else "test"

        deciding(vault, rule)
        ids = [each.artefact_id for each in made]
        found = contents(vault.look(account_id, ids, purpose=VIEW))
        assert found == {
            each: content for each in ids if (content := released(vault, each)) is not None
        }
        vault.ledger_export(home / "export")
        assert audit(home / "export", vault.config.vkey).problems == ()


def released(vault: Vault, artefact_id: ArtefactId) -> bytes | None:
    try:
        return b"".join(vault.release(artefact_id, purpose=VIEW, cut=between(0)).stretches)
    except (DeniedError, GoneError):
        return None
