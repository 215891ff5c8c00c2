"""The entries that say who asked, those of the household and of signing in: closed lists in every field but tags and times."""

from typing import Any

import pytest

from bailee.rules.entries import FIELDS, EntryError, encode, parse

TAG = "0123456789abcdef" * 2
ADDRESS = [TAG, "", 1_790_000_000_000, 1_790_000_000_500, 3]
ASKED = {"account": TAG, "principal": TAG, "policy": "owner"}
SCOPE = {"person": TAG, "device": None, "kind": "audio", "begin": 0, "end": 1_790_000_000_000}
GOOD: dict[str, dict[str, Any]] = {
    "refusal": {**ASKED, "verb": "erase", "why": "denied", "kind": None, "purpose": "owner-view"},
    "releases": {
        **ASKED,
        "artefacts": {"transcript": [[TAG, "", [[1_790_000_000_000, 1_790_000_000_000, 0]]]]},
        "sources": [
            [
                TAG,
                "",
                [
                    [1_790_000_000_000, 1_790_000_000_500, 3],
                    [1_790_000_000_001, 1_790_000_000_500, 0],
                ],
            ]
        ],
        "purpose": "owner-view",
    },
    "export": {
        **ASKED,
        "export": "exp_aaaaaaaaaaaaaaaa",
        "artefacts": {"audio": 2, "transcript": 1},
        "parts": [ADDRESS],
        "statement": "0" * 64,
        "until": 1_790_000_000_000,
        "purpose": "export",
    },
    "erase": {
        **ASKED,
        "erasure": "era_aaaaaaaaaaaaaaaa",
        "epoch": 1,
        "whole": "",
        "scope": SCOPE,
        "kind": "audio",
        "addresses": [ADDRESS],
        "statement": "0" * 64,
    },
    "retain": {**ASKED, "scope": None, "addresses": [ADDRESS], "due": 1, "count": 1},
    "keep": {
        **ASKED,
        "person": TAG,
        "device": None,
        "kind": "audio",
        "voice": "own",
        "days": 7,
        "sooner": 3,
        "longer": 0,
        "erasure": "era_aaaaaaaaaaaaaaaa",
    },
    "reassign": {**ASKED, "erasure": "era_aaaaaaaaaaaaaaaa", "old": ADDRESS, "new": ADDRESS},
    "hold": {**ASKED, "hold": "hld_aaaaaaaaaaaaaaaa", "scope": SCOPE},
    "lift": {**ASKED, "hold": "hld_aaaaaaaaaaaaaaaa", "epoch": 1},
    "household": ASKED,
    "person": {**ASKED, "person": TAG, "sort": "child"},
    "member": {**ASKED, "person": TAG, "act": "invited", "role": "guest", "since": 1, "until": 2},
    "grant": {**ASKED, "person": TAG, "rights": ["delete", "view"]},
    "guardian": {**ASKED, "person": TAG, "guardian": TAG, "act": "named", "proof": None},
    "device": {**ASKED, "device": TAG, "act": "added", "sort": "camera"},
    "link": {
        **ASKED,
        "act": "shared",
        "kind": "audio",
        "address": ADDRESS,
        "rights": ["hear"],
        "begin": 1,
        "until": 2,
    },
    "consent": {
        **ASKED,
        "person": TAG,
        "scope": "train",
        "act": "given",
        "notice": "train",
        "version": 1,
        "how": "button",
    },
    "notice": {"notice": "use", "version": 1, "text": "0" * 64, "material": True},
    "shown": {"account": TAG, "person": TAG, "notice": "use", "version": 1, "channel": "page"},
    "sign-in": {"account": TAG, "subject": TAG, "event": "entered", "factor": "totp"},
}


def entry(kind: str, /, **changed: Any) -> dict[str, Any]:
    return {"v": 1, "type": kind, "at": 1_790_000_000_000, **GOOD[kind], **changed}


@pytest.mark.parametrize("kind", GOOD)
def test_it_comes_back_as_it_was_written(kind: str) -> None:
    """Encoded and parsed: the same."""
    assert parse(encode(entry(kind))) == entry(kind)


@pytest.mark.parametrize("kind", GOOD)
def test_no_field_takes_words(kind: str) -> None:
    """A name in any field is refused, and so is a field more or less."""
    for field in FIELDS[kind]:
        for words in ("Leo in the kitchen", ["Leo"], {"name": "Leo"}, -1, 0.5):
            with pytest.raises(EntryError):
                encode(entry(kind, **{field: words}))
        fewer = entry(kind)
        del fewer[field]
        with pytest.raises(EntryError):
            encode(fewer)
    with pytest.raises(EntryError):
        encode(entry(kind, name="Leo"))


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("consent", {"how": "pre-ticked"}),
        ("consent", {"how": "bundled"}),
        ("consent", {"how": "implied"}),
        ("consent", {"act": "edited"}),
        ("shown", {"channel": "read"}),
        ("grant", {"rights": ["view", "delete"]}),
        ("grant", {"rights": ["view", "view"]}),
        ("grant", {"rights": ["train"]}),
        ("grant", {"rights": [["view"]]}),
        ("guardian", {"proof": "trust me"}),
        ("member", {"until": True}),
        ("notice", {"material": 1}),
        ("notice", {"notice": "terms"}),
    ],
    ids=[
        "a box ticked beforehand",
        "bundled terms",
        "an implied yes",
        "an edited consent",
        "a notice that was read",
        "rights out of order",
        "a right twice",
        "a right there is none of",
        "a right in a list",
        "a proof that is none",
        "a truth for a time",
        "a number for a truth",
        "terms as a notice",
    ],
)
def test_what_no_entry_of_the_household_may_say(kind: str, changed: dict[str, Any]) -> None:
    """Refused where it is written."""
    with pytest.raises(EntryError):
        encode(entry(kind, **changed))
