"""One request and its facts, in the words of the schema."""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from bailee.types.decide import Access, Verb
from bailee.types.facts import DeviceSort, FactSheet
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.scope import Scope

NEVER: Final = 2**53 - 1
"""The age, in seconds, of what never was, and the moment, in milliseconds, that never comes."""

Request = dict[str, Any]


def _names(entity: str, words: Iterable[str]) -> Mapping[str, dict[str, str]]:
    return {str(word): {"type": entity, "id": str(word)} for word in words}


_CLOSED: Mapping[type[StrEnum], Mapping[str, dict[str, str]]] = {
    each: _names(each.__name__, each) for each in (Role, Right, Scope, Network, DeviceSort, Purpose)
}
_KINDS = _names("Kind", [*Kind, "none"])


def _word(word: StrEnum) -> dict[str, str]:
    """The entity that stands for a word of a closed list; KeyError for anything else."""
    return _CLOSED[type(word)][word]


def _words(words: Iterable[StrEnum]) -> list[dict[str, str]]:
    return [_word(each) for each in words]


def _age(seconds: int | None) -> int:
    """None and what lies in the future (a clock set back) count as never."""
    return NEVER if seconds is None or seconds < 0 else seconds


def _captured(access: Access, facts: FactSheet) -> int:
    """When what is asked for begins. Not known: at the very beginning, before any guest's stay."""
    if access.verb is Verb.LIVE:
        return facts.now_ms
    return access.span.begin_ms if access.span else 0


def _resource(access: Access) -> dict[str, str]:
    if access.artefact_id is not None:
        return {"type": "Artefact", "id": access.artefact_id}
    if access.recording_id is not None:
        return {"type": "Recording", "id": access.recording_id}
    return {"type": "Account", "id": access.account_id}


def situation_of(access: Access, facts: FactSheet) -> Mapping[str, Any]:
    """Every attribute of the schema's ``Situation``, none missing: the schema requires them all."""
    stay = facts.access
    return {
        "purpose": _word(access.purpose),
        "kind": _KINDS[access.kind or "none"],
        "now_ms": facts.now_ms,
        "belongs": facts.belongs,
        "role": _word(facts.role),
        "rights": _words(facts.rights),
        "access_begins_ms": stay.begin_ms if stay else NEVER,
        "access_ends_ms": stay.end_ms if stay else -1,
        "captured_ms": _captured(access, facts),
        "second_factor_age_s": _age(facts.second_factor_age_s),
        "step_up_age_s": _age(facts.step_up_age_s),
        "network": _word(facts.network),
        "consents": _words(facts.consents),
        "subject_is_child": facts.subject_is_child,
        "subject_is_self": facts.subject_is_self,
        "subject_is_ward": facts.subject_is_ward,
        "subject_is_shared": facts.subject_is_shared,
        "device": _word(facts.device),
        "device_is_self": access.device_id == access.principal.id,
        "held": facts.held,
        "end_to_end": facts.end_to_end,
    }


def request_of(access: Access, situation: Mapping[str, Any]) -> Request:
    """What Cedar is asked. Ids are handed over as data, never pasted into policy text."""
    return {
        "principal": {"type": access.principal.kind.capitalize(), "id": access.principal.id},
        "action": {"type": "Action", "id": access.verb.value},
        "resource": _resource(access),
        "context": json.dumps(situation),
    }
