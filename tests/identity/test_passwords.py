"""Passwords: what is refused, what is kept, and that checking one is the same work for anyone."""

import unicodedata
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.errors import EvidenceError
from bailee.identity.breached import BreachedFile, BreachedLists
from bailee.identity.common import derived, derived_lines, words_of
from bailee.identity.errors import PasswordRefusedError
from bailee.identity.passwords import Passwords, hasher_of
from identity.parts_for_tests import CHEAP, PASSWORD, CountingHasher

DATA = files("bailee.identity") / "data"


def passwords(hasher: CountingHasher | None = None) -> Passwords:
    return Passwords(CHEAP, BreachedLists(), hasher or CountingHasher(CHEAP))


@pytest.mark.parametrize("text", ["", "seven77", "x" * 257, "é" * 7])
def test_length_is_all_that_composition_is_judged_by(text: str) -> None:
    """Fewer than 8 or more than 256 characters are refused, whatever they are."""
    with pytest.raises(PasswordRefusedError, match="8 to 256"):
        passwords().judge(text)


@pytest.mark.parametrize(
    "text", [PASSWORD, "y" * 3 + "blue lamp", "кот на крыше", "日本の猫は寝ている"]
)
def test_no_symbols_are_asked_for(text: str) -> None:
    """Long enough and unknown is good enough, in any script, without digits or signs."""
    passwords().judge(text)


@pytest.mark.parametrize(
    "text", ["password", "Password123", "PASSWORD1", "qwertyuiop", "p@$$w0rd123", "iloveyou1!"]
)
def test_what_everybody_tries_first_is_refused(text: str) -> None:
    """The bundled list knows the first tries of any attacker, in upper and lower case."""
    with pytest.raises(PasswordRefusedError, match="leaked"):
        passwords().judge(text)


@pytest.mark.parametrize(
    "text", ["Ana.Maria", "ana.maria@home.example", "anamaria2024!", "bailee 99"]
)
def test_ones_own_name_and_the_services_are_refused(text: str) -> None:
    """Name, address and service, with any digits or signs around them, are no passwords."""
    with pytest.raises(PasswordRefusedError, match="your name"):
        passwords().judge(text, ("ana.maria@home.example",))


def test_bundled_list_is_what_its_words_derive() -> None:
    """`common.sha1` holds what `common.py` makes of `common.txt`, sorted; nothing came from
    elsewhere."""
    words = words_of((DATA / "common.txt").read_text())
    assert (DATA / "common.sha1").read_text() == derived_lines(words)


def test_every_derived_password_is_found() -> None:
    """The search by prefix finds each of a few hundred entries, first and last included."""
    found = BreachedLists()
    some = sorted(derived(words_of((DATA / "common.txt").read_text())))[::40]
    assert all(found(each) for each in some)


@settings(max_examples=60)
@given(
    held=st.sets(st.text(min_size=1, max_size=8), max_size=60),
    asked=st.text(min_size=1, max_size=8),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_a_configured_list_answers_as_a_set(
    tmp_path_factory: pytest.TempPathFactory, held: set[str], asked: str, ending: str
) -> None:
    """A sorted HASH:count file, with either line ending, holds exactly what was put in it."""
    from hashlib import sha1

    path = tmp_path_factory.mktemp("lists") / "breached.txt"
    lines = sorted(f"{sha1(each.encode()).hexdigest().upper()}:{len(each)}" for each in held)
    path.write_bytes("".join(line + ending for line in lines).encode())
    found = BreachedFile(path)
    assert found(asked) == (asked in held)
    assert all(found(each) for each in held)


def test_both_lists_are_asked(tmp_path: Path) -> None:
    """A configured list adds to the bundled one and replaces nothing."""
    from hashlib import sha1

    path = tmp_path / "more.txt"
    path.write_text(sha1(PASSWORD.encode()).hexdigest().upper() + ":3\n")
    lists = BreachedLists(path)
    assert lists(PASSWORD)
    assert lists("password1")
    assert not lists("never seen anywhere")


def test_the_same_letters_are_the_same_password() -> None:
    """é typed as one character or as two verifies; a space at the end does not vanish."""
    judge = passwords()
    known = judge.hash(unicodedata.normalize("NFC", "café am Fluss"))
    assert judge.is_right(known, unicodedata.normalize("NFD", "café am Fluss"))
    assert not judge.is_right(known, "café am Fluss ")


@pytest.mark.parametrize("given", ["", "wrong", "x" * 100_000, "\ud800", "a\0b"])
def test_any_text_costs_one_verification_and_nobody_passes(given: str) -> None:
    """Known hash or none, absurd text or not: one argon2 verification, and a no."""
    hasher = CountingHasher(CHEAP)
    judge = passwords(hasher)
    known = judge.hash(PASSWORD)
    hasher.work.clear()
    assert not judge.is_right(known, given)
    assert not judge.is_right(None, given)
    assert hasher.work == ["verify", "verify"]


def test_nobodys_hash_costs_what_anybodys_does() -> None:
    """What a name that does not exist is verified against has the deployment's own cost."""
    shipped = hasher_of(CHEAP)
    judge = Passwords(CHEAP, BreachedLists())
    assert not shipped.check_needs_rehash(judge._decoy)


def test_a_raised_cost_makes_old_hashes_dated() -> None:
    """A hash of a lower cost still verifies and is told to be made anew."""
    old, new = passwords(), Passwords(replace(CHEAP, argon2_passes=2), BreachedLists())
    known = old.hash(PASSWORD)
    assert not old.is_dated(known)
    assert new.is_dated(known)
    assert new.is_right(known, PASSWORD)


def test_a_damaged_hash_is_an_alarm_not_a_wrong_password() -> None:
    """Bytes in our own store that are no argon2 string raise evidence."""
    with pytest.raises(EvidenceError):
        passwords().is_right("not a hash", PASSWORD)
