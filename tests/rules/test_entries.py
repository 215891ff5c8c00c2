"""What a ledger entry may say: exactly the closed vocabulary, in canonical bytes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.rules.entries import FIELDS, EntryError, encode, parse

TAG = "0123456789abcdef" * 2
ADDRESS = [TAG, TAG, 1_790_000_000_000, 1_790_000_000_500, 3]


def deposit(**changed: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "v": 1,
        "type": "deposit",
        "at": 1_790_000_000_000,
        "account": TAG,
        "kind": "audio",
        "address": ADDRESS,
        "sources": [ADDRESS],
        "due": 1_792_592_000_000,
    }
    return {**said, **changed}


def test_an_entry_comes_back_as_it_was_written() -> None:
    """Encoded, parsed, encoded: the same bytes, which RFC 8785 fixes."""
    body = encode(deposit())
    assert parse(body) == deposit()
    assert encode(parse(body)) == body
    assert body == json.dumps(deposit(), sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Leo in the kitchen"},
        {"account": "Leo"},
        {"account": TAG.upper()},
        {"account": TAG[:-1]},
        {"kind": "smell"},
        {"address": ADDRESS[:-1]},
        {"address": ["Leo", *ADDRESS[1:]]},
        {"address": [*ADDRESS[:2], -1, 0, 0]},
        {"address": [*ADDRESS[:2], True, 0, 0]},
        {"address": [*ADDRESS[:2], 1.5, 2, 0]},
        {"sources": "none"},
        {"due": 1 << 53},
        {"due": None},
        {"at": "2026-09-21"},
        {"v": 2},
        {"type": "confession"},
    ],
    ids=[
        "free text",
        "a name for a tag",
        "a tag in capitals",
        "a tag too short",
        "an unknown kind",
        "half an address",
        "a name in an address",
        "a negative time",
        "a truth for a time",
        "half a millisecond",
        "words for addresses",
        "a number JSON cannot hold",
        "no due day",
        "a time in words",
        "another version",
        "another type",
    ],
)
def test_what_no_entry_may_say(changed: dict[str, Any]) -> None:
    """Refused where it is written, and again where it is read."""
    said = deposit(**changed)
    with pytest.raises(EntryError):
        encode(said)
    with pytest.raises(EntryError):
        parse(json.dumps(said, sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.parametrize("field", sorted(FIELDS["deposit"]))
def test_an_entry_that_leaves_something_out_is_refused(field: str) -> None:
    """All of its fields, and no other."""
    said = deposit()
    del said[field]
    with pytest.raises(EntryError):
        encode(said)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        json.dumps(deposit()).encode(),
        encode(deposit()) + b"\n",
        encode(deposit()).replace(b'"at":', b'"at":0,"at":'),
    ],
    ids=["nothing", "half", "a list", "null", "spaces", "a line end", "a field twice"],
)
def test_bytes_that_are_not_canonical_are_refused(body: bytes) -> None:
    """One entry has one encoding, so its leaf hash is its own."""
    with pytest.raises(EntryError):
        parse(body)


@given(st.binary(max_size=40))
def test_untrusted_bytes_are_an_error_and_nothing_else(body: bytes) -> None:
    """Whatever it is, `parse` says so in its own words."""
    with pytest.raises(EntryError):
        parse(body)
