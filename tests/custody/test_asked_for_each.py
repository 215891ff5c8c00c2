"""What custody asks the gate at a release: the verb, and about each whose recording is in it."""

import pytest

from bailee.custody.vault import Vault
from bailee.errors import DeniedError
from bailee.types.decide import OPERATOR, Access, Decision, Principal, PrincipalKind, Verb
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from support.vaults import NOW_MS, derived, entry_types, said

ANA = Principal(kind=PrincipalKind.PERSON, id="per_ana", session="ses_one")


class Asked:
    """A decider that keeps what it was asked and refuses the nth question, if any."""

    def __init__(self, *, refuse: int | None = None) -> None:
        self.accesses: list[Access] = []
        self._refuse = refuse

    def __call__(self, access: Access) -> Decision:
        self.accesses.append(access)
        allowed = len(self.accesses) - 1 != self._refuse
        return Decision(allowed=allowed, policy="yes" if allowed else "no")


def test_one_recording_is_asked_for_once(sqlite_vault: Vault) -> None:
    """By whom, with which verb, whose it is, on what and when; the session goes to the facts."""
    done = said(sqlite_vault, NOW_MS, duration_ms=500)
    sqlite_vault._premises.decide = asked = Asked()
    sqlite_vault.release(done.recording_id, purpose=Purpose.OWNER_VIEW, principal=ANA)
    (access,) = asked.accesses
    assert (access.principal, access.verb, access.kind) == (ANA, Verb.HEAR, Kind.AUDIO)
    assert access.span is not None
    assert (access.span.begin_ms, access.span.end_ms) == (NOW_MS, NOW_MS + 500)
    assert access.person_id is not None
    assert access.person_id.startswith("per_")
    assert access.device_id is not None
    assert access.device_id.startswith("dev_")


@pytest.mark.parametrize("refuse", [None, 0, 1])
def test_what_is_of_two_is_asked_for_either(sqlite_vault: Vault, refuse: int | None) -> None:
    """One no is a no, whichever of the two it is about, and it is in the ledger."""
    leo = said(sqlite_vault, NOW_MS, person="Leo")
    mia = said(sqlite_vault, NOW_MS + 60_000, person="Mia")
    both = derived(sqlite_vault, leo.recording_id, mia.recording_id)
    sqlite_vault._premises.decide = asked = Asked(refuse=refuse)
    if refuse is None:
        sqlite_vault.release(both.artefact_id, purpose=Purpose.EXPORT, principal=ANA)
    else:
        with pytest.raises(DeniedError, match="policy no"):
            sqlite_vault.release(both.artefact_id, purpose=Purpose.EXPORT, principal=ANA)
    assert len({each.person_id for each in asked.accesses}) == (1 if refuse == 0 else 2)
    assert {each.verb for each in asked.accesses} == {Verb.DOWNLOAD}
    last = entry_types(sqlite_vault)[-1]
    assert last == ("release" if refuse is None else "refusal")


def test_the_one_at_the_command_line_asks_as_the_operator(sqlite_vault: Vault) -> None:
    """Unless a door says who it is."""
    done = said(sqlite_vault, NOW_MS)
    sqlite_vault._premises.decide = asked = Asked()
    sqlite_vault.release(done.recording_id, purpose=Purpose.OWNER_VIEW)
    assert asked.accesses[0].principal == OPERATOR
