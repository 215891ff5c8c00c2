"""What a ledger entry may say: closed vocabularies, opaque tags, times (design §2).

An entry is canonical JSON (RFC 8785) with exactly the fields listed for its type, beside `v`,
`type` and `at` (milliseconds since the epoch). Tags are 32 hex digits. An *address* is
``[person tag, device tag, begin ms, end ms, sequence]``; many of them are `places`. No names, no free text, no content, no
unsalted hash of content.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import rfc8785

from bailee.errors import EvidenceError
from bailee.rules import places
from bailee.types.consent import Channel, ConsentAct, How, Notice
from bailee.types.decide import Verb
from bailee.types.facts import DeviceSort
from bailee.types.household import PersonSort, Proof
from bailee.types.keep_for import Voice
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.types.sign_in import Factor, SignInEvent

VERSION = 1
Entry = dict[str, Any]


class EntryError(EvidenceError):
    """An entry says something no entry may say."""

    def __init__(self, evidence: str) -> None:
        super().__init__(f"A ledger entry is not well formed: {evidence}.")


def _is_tag(value: object) -> bool:
    return isinstance(value, str) and len(value) == 32 and set(value) <= set("0123456789abcdef")


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _is_address(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 5
        and all(part == "" or _is_tag(part) for part in value[:2])
        and all(_is_count(part) for part in value[2:])
    )


def _is_addresses(value: object) -> bool:
    return isinstance(value, list) and all(_is_address(each) for each in value)


def _is_places(value: object) -> bool:
    """See `places`: each person and device once, in order, and so each of their moments."""
    return (
        isinstance(value, list)
        and all(isinstance(each, list) and len(each) == 3 for each in value)
        and all(isinstance(each[2], list) and each[2] for each in value)
        and all(isinstance(leaf, list) for each in value for leaf in each[2])
        and _is_addresses(found := [[*each[:2], *leaf] for each in value for leaf in each[2]])
        and places.pack(found) == value
    )


def _is_places_by_kind(value: object) -> bool:
    return isinstance(value, dict) and all(
        kind in set(Kind) and _is_places(each) for kind, each in value.items()
    )


def _is_scope(value: object) -> bool:
    """Who, on what, of which kind, from when to when; null where everything is meant."""
    return (
        isinstance(value, dict)
        and set(value) == {"person", "device", "kind", "begin", "end"}
        and all(value[name] is None or _is_tag(value[name]) for name in ("person", "device"))
        and (value["kind"] is None or value["kind"] in set(Kind))
        and _is_count(value["begin"])
        and _is_count(value["end"])
    )


def _is_counts(value: object) -> bool:
    return isinstance(value, dict) and all(
        name in set(Kind) and _is_count(count) for name, count in value.items()
    )


def _one_of(*words: str) -> Callable[[object], bool]:
    return lambda value: value in words


def _maybe(check: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or check(value)


def _is_id(prefix: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value.startswith(f"{prefix}_")


def _is_policy(value: object) -> bool:
    return isinstance(value, str) and value.replace("-", "").replace("/", "").isalnum()


def _is_rights(value: object) -> bool:
    """Rights in order, each once."""
    return (
        isinstance(value, list)
        and all(isinstance(each, str) for each in value)
        and value == sorted(set(Right) & set(value))
    )


_kind = _one_of(*Kind)
_purpose = _one_of(*Purpose)
_ASKED: Mapping[str, Callable[[object], bool]] = {"principal": _is_tag, "policy": _is_policy}
OUTCOMES = ("erased", "not found", "held", "unreachable", "claimed by a third party")

FIELDS: Mapping[str, Mapping[str, Callable[[object], bool]]] = {
    "init": {"generation": _is_count, "expired_before": _is_count},
    "deposit": {
        "account": _is_tag,
        "kind": _kind,
        "address": _is_address,
        "sources": _is_addresses,
        "due": _is_count,
    },
    "deposits": {
        "account": _is_tag,
        "kind": _kind,
        "person": _is_tag,
        "device": _is_tag,
        "begin": _is_count,
        "end": _is_count,
        "count": _is_count,
        "due": _is_count,
        "root": _is_hash,
    },
    "refusal": {
        "account": _maybe(_is_tag),
        "verb": _one_of("release", *Verb),
        "why": _one_of("late", "unkept", "denied"),
        "kind": _maybe(_kind),
        "purpose": _maybe(_purpose),
        "policy": _maybe(_is_policy),
        "principal": _maybe(_is_tag),
    },
    "release": {
        "account": _is_tag,
        "kind": _kind,
        "address": _is_address,
        "sources": _is_addresses,
        "purpose": _purpose,
        "policy": _is_policy,
        "principal": _is_tag,
    },
    # -- a page, or what a search read: its artefacts by kind, and the recordings they are made of
    "releases": {
        "account": _is_tag,
        "artefacts": _is_places_by_kind,
        "sources": _is_places,
        "purpose": _purpose,
        **_ASKED,
    },
    # -- an archive: how many of each kind, and for each person and device [.., begin, end, count]
    "export": {
        "account": _is_tag,
        "export": _is_id("exp"),
        "artefacts": _is_counts,
        "parts": _is_addresses,
        "statement": _is_hash,
        "until": _is_count,
        "purpose": _one_of(Purpose.EXPORT),
        **_ASKED,
    },
    "erase": {
        "account": _is_tag,
        "erasure": _is_id("era"),
        "epoch": _is_count,
        "whole": _one_of("", "person", "device", "account"),
        "scope": _maybe(_is_scope),
        "kind": _maybe(_kind),
        "addresses": _is_addresses,
        "statement": _is_hash,
        **_ASKED,
    },
    "erased": {
        "account": _is_tag,
        "erasure": _is_id("era"),
        "outcome": _one_of(*OUTCOMES),
        "recordings": _is_count,
        "artefacts": _is_counts,
        "held": _is_count,
    },
    "retain": {
        "account": _is_tag,
        "scope": _maybe(_is_scope),
        "addresses": _is_addresses,
        "due": _is_count,
        "count": _is_count,
        **_ASKED,
    },
    "keep": {
        "account": _is_tag,
        "person": _maybe(_is_tag),
        "device": _maybe(_is_tag),
        "kind": _kind,
        "voice": _one_of(*Voice),
        "days": _maybe(_is_count),
        "sooner": _is_count,
        "longer": _is_count,
        "erasure": _maybe(_is_id("era")),
        **_ASKED,
    },
    "reassign": {
        "account": _is_tag,
        "erasure": _is_id("era"),
        "old": _is_address,
        "new": _is_address,
        **_ASKED,
    },
    "expire": {"before": _is_count, "epoch": _is_count},
    "rotate": {"generation": _is_count, "fresh": _is_count},
    "hold": {"account": _is_tag, "hold": _is_id("hld"), "scope": _is_scope, **_ASKED},
    "lift": {"account": _is_tag, "hold": _is_id("hld"), "epoch": _is_count, **_ASKED},
    "replay": {"from": _is_count, "to": _is_count},
    "detach": {"stores": _is_count},
    "backup": {"generation": _is_count},
    "restore": {"generation": _is_count, "epoch": _is_count},
    # -- the household: who asked, and the policy that let them
    "household": {"account": _is_tag, **_ASKED},
    "person": {"account": _is_tag, "person": _is_tag, "sort": _one_of(*PersonSort), **_ASKED},
    "member": {
        "account": _is_tag,
        "person": _is_tag,
        "act": _one_of("invited", "joined", "changed", "ended"),
        "role": _one_of(*Role),
        "since": _is_count,
        "until": _maybe(_is_count),
        **_ASKED,
    },
    "grant": {"account": _is_tag, "person": _is_tag, "rights": _is_rights, **_ASKED},
    "guardian": {
        "account": _is_tag,
        "person": _is_tag,
        "guardian": _is_tag,
        "act": _one_of("named", "verified", "ended"),
        "proof": _maybe(_one_of(*Proof)),
        **_ASKED,
    },
    "device": {
        "account": _is_tag,
        "device": _is_tag,
        "act": _one_of("added", "changed", "revoked"),
        "sort": _one_of(*DeviceSort),
        **_ASKED,
    },
    "endpoint": {
        "account": _is_tag,
        "device": _is_tag,
        "person": _maybe(_is_tag),
        "act": _one_of("set", "ended"),
        **_ASKED,
    },
    # -- somebody was answered and nothing was kept: by which safeguard
    "answered": {
        "account": _is_tag,
        "device": _is_tag,
        "person": _is_tag,
        **_ASKED,
    },
    "link": {
        "account": _is_tag,
        "act": _one_of("shared", "revoked"),
        "kind": _kind,
        "address": _is_address,
        "rights": _is_rights,
        "begin": _is_count,
        "until": _is_count,
        **_ASKED,
    },
    "consent": {
        "account": _is_tag,
        "person": _is_tag,
        "scope": _one_of(*Scope),
        "act": _one_of(*ConsentAct),
        "notice": _maybe(_one_of(*Notice)),
        "version": _maybe(_is_count),
        "how": _maybe(_one_of(*How)),
        **_ASKED,
    },
    # -- notices: their text is public, so its hash needs no salt
    "notice": {
        "notice": _one_of(*Notice),
        "version": _is_count,
        "text": _is_hash,
        "material": _is_truth,
    },
    "shown": {
        "account": _is_tag,
        "person": _is_tag,
        "notice": _one_of(*Notice),
        "version": _is_count,
        "channel": _one_of(*Channel),
    },
    # -- signing in
    "sign-in": {
        "account": _is_tag,
        "subject": _is_tag,
        "event": _one_of(*SignInEvent),
        "factor": _maybe(_one_of(*Factor)),
    },
}


def encode(entry: Entry) -> bytes:
    """The canonical bytes of *entry*, checked first.

    Raises:
        EntryError: It says something no entry may say.
    """
    check(entry)
    return rfc8785.dumps(entry)


def parse(body: bytes) -> Entry:
    """Read an untrusted entry.

    Raises:
        EntryError: It is not canonical, or says something no entry may say.
    """
    try:
        entry = json.loads(body)
    except ValueError as error:
        raise EntryError("it is not JSON") from error
    if not isinstance(entry, dict):
        raise EntryError("it is not an object")
    check(entry)
    if rfc8785.dumps(entry) != body:
        raise EntryError("it is not in canonical form")
    return entry


def check(entry: Mapping[str, Any]) -> None:
    """Raise `EntryError` unless *entry* has exactly the fields of its type, each as it should."""
    kind = entry.get("type")
    if entry.get("v") != VERSION or not isinstance(kind, str) or kind not in FIELDS:
        raise EntryError("its version or type is unknown")
    if not _is_count(entry.get("at")):
        raise EntryError("its time is no time")
    fields = FIELDS[kind]
    if set(entry) != {"v", "type", "at", *fields}:
        raise EntryError(f"{kind} has other fields than it should")
    for name, is_right in fields.items():
        if not is_right(entry[name]):
            raise EntryError(f"{kind}.{name} has another shape than it should")
