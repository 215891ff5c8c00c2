"""The desk and its seal: one transaction for rows, sealed values and entries."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.custody.desk import Desk, Transaction
from bailee.custody.sealed import OwnerSeal
from bailee.custody.sign_in_trace import SignInTrace
from bailee.custody.vault import Vault
from bailee.errors import ConflictError, EvidenceError, UnknownError
from bailee.rules.entries import EntryError
from bailee.types.ids import AccountId, PersonId
from bailee.types.sign_in import Factor, SignInEvent
from household.told import told
from support.vaults import HOME, NOW_MS, all_of, reopened, said


def people(desk: Desk) -> tuple[AccountId, PersonId, PersonId]:
    """An account of two."""

    def work(t: Transaction) -> tuple[AccountId, PersonId, PersonId]:
        made = t.make_account(HOME)
        return made, t.make_person(made, "Ana"), t.make_person(made, "Leo")

    return desk.write(work)


def test_rows_and_entries_are_one(vault: Vault) -> None:
    """What fails after its entry leaves neither account nor entry."""
    desk = vault.desk()

    def work(t: Transaction) -> None:
        made = t.make_account(HOME)
        t.tell("household", made, principal="0" * 32, policy="founding")
        raise ConflictError("No.")

    with pytest.raises(ConflictError):
        desk.write(work)
    assert told(vault, "household") == []
    with pytest.raises(UnknownError):
        desk.read(lambda t: t.find_account(HOME))


def test_an_entry_with_a_word_too_many_is_refused(vault: Vault) -> None:
    """And takes everything beside it along: no room above custody can write free text."""
    desk = vault.desk()

    def work(t: Transaction) -> None:
        made = t.make_account(HOME)
        t.tell("household", made, principal="0" * 32, policy="founding", name="Ana")

    with pytest.raises(EntryError):
        desk.write(work)
    with pytest.raises(UnknownError):
        desk.read(lambda t: t.find_account(HOME))


def test_an_account_that_is_gone_cannot_be_locked(vault: Vault) -> None:
    """Whoever comes after an erasure is told so, inside the transaction."""
    desk = vault.desk()
    account_id, _, leo = people(desk)
    vault.erase(all_of(person="Leo"))
    assert not desk.read(lambda t: t.has_person(account_id, leo))
    vault.erase(all_of(everything=True))
    with pytest.raises(UnknownError):
        desk.write(lambda t: t.lock(account_id))


def test_it_opens_for_its_owner_and_context_alone(vault: Vault) -> None:
    """Not for another owner, not elsewhere, not cut or changed."""
    desk = vault.desk()
    _, ana, leo = people(desk)
    sealed = desk.write(lambda t: t.seal(ana, b"walnuts", "note/1"))
    assert desk.read(lambda t: t.open(ana, sealed, "note/1")) == b"walnuts"
    wrong = [
        (leo, sealed, "note/1"),
        (ana, sealed, "note/2"),
        (ana, sealed[:-1], "note/1"),
        (ana, sealed[:12], "note/1"),
        (ana, b"", "note/1"),
        (ana, b"\2" + sealed[1:], "note/1"),
        (ana, bytes([*sealed[:-1], sealed[-1] ^ 1]), "note/1"),
    ]
    seal = desk.seal
    for owner, value, context in wrong:
        with pytest.raises(EvidenceError):
            vault._premises.database.read(
                partial(seal.open, owner_id=owner, sealed=value, context=context.encode())
            )


def test_it_dies_with_its_owner(vault: Vault) -> None:
    """Erased: nothing opens, and nothing can be sealed any more; before and after a restart."""
    desk = vault.desk()
    account_id, ana, leo = people(desk)
    sealed = desk.write(lambda t: t.seal(leo, b"walnuts", "note"))
    of_all = desk.write(lambda t: t.seal(account_id, b"home", "note"))
    vault.erase(all_of(person="Leo"))
    assert desk.read(lambda t: t.open(leo, sealed, "note")) is None
    with pytest.raises(UnknownError):
        desk.write(lambda t: t.seal(leo, b"again", "note"))
    assert desk.read(lambda t: t.open(account_id, of_all, "note")) == b"home"
    del ana


def test_sealed_values_outlive_a_rotation(sqlite_vault: Vault) -> None:
    """Their keys hang on secrets, which a rotation wraps again."""
    desk = sqlite_vault.desk()
    _, ana, _ = people(desk)
    sealed = desk.write(lambda t: t.seal(ana, b"walnuts", "note"))
    said(sqlite_vault, NOW_MS - 1000)
    sqlite_vault.erase(all_of(person="Leo", from_ms=NOW_MS - 2000))
    sqlite_vault.rotate()
    with reopened(sqlite_vault) as again:
        assert again.desk().read(lambda t: t.open(ana, sealed, "note")) == b"walnuts"


@given(texts=st.lists(st.tuples(st.sampled_from("ab"), st.text(max_size=8)), unique=True))
def test_an_index_tells_texts_apart(sqlite_vault: Vault, texts: list[tuple[str, str]]) -> None:
    """One keyed hash for each sort and text: no two alike, and the same again."""
    seal = OwnerSeal(sqlite_vault._premises)

    def work(t: Transaction) -> list[bytes]:
        return [seal.index(t.connection, what, text) for what, text in texts]

    desk = sqlite_vault.desk()
    found = desk.read(work)
    assert len(set(found)) == len(texts)
    assert {len(each) for each in found} <= {32}
    assert desk.read(work) == found


def test_a_sign_in_is_told_in_tags(vault: Vault) -> None:
    """Account, subject, event and factor; nothing that names anybody."""
    desk = vault.desk()
    account_id, ana, _ = people(desk)
    trace = SignInTrace(desk)
    vault._premises.database.write(
        lambda c: trace(c, account_id, ana, SignInEvent.ENTERED, Factor.PASSKEY)
    )
    [entry] = told(vault, "sign-in")
    assert (entry["event"], entry["factor"]) == ("entered", "passkey")
    assert ana not in str(entry)
