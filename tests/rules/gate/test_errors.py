"""What goes wrong is a no."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import cedarpy
import pytest
from tools.permission_cube import OPEN_PERMIT, Cell, asked

from bailee.rules import gate
from bailee.rules.cedar import policies_text
from bailee.rules.gate import GATE_ERROR, CedarGate
from bailee.rules.gate_policies import Policies, UndecidedError
from bailee.rules.gate_situation import request_of, situation_of
from bailee.types.decide import Access
from bailee.types.facts import FactSheet

FACTS, ACCESS = asked(Cell("owner", "view film", "owner-view", "nobody in particular", "in order"))
SITUATION = situation_of(ACCESS, FACTS)


def test_facts_that_cannot_be_had_are_a_no() -> None:
    """Whatever the protocol raises; and the error's text, which may hold names, stays inside."""

    def facts(access: Access) -> FactSheet:
        raise RuntimeError("Ana's row is locked")

    decision = CedarGate(facts, extra_policies=OPEN_PERMIT)(ACCESS)
    assert (decision.allowed, decision.policy) == (False, GATE_ERROR)
    told = CedarGate(facts).explain(ACCESS)
    assert (told.decision.policy, told.error, told.facts) == (GATE_ERROR, "RuntimeError", None)
    assert "Ana" not in repr((decision, told))


@pytest.mark.parametrize("attribute", SITUATION)
def test_a_missing_attribute_is_a_no(attribute: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them, also with the open permit: the schema requires it before a policy is read."""

    def without(access: Access, facts: FactSheet) -> Mapping[str, Any]:
        return {k: v for k, v in situation_of(access, facts).items() if k != attribute}

    ask = CedarGate(lambda _: FACTS, extra_policies=OPEN_PERMIT)
    assert ask(ACCESS).allowed
    monkeypatch.setattr(gate, "situation_of", without)
    assert ask(ACCESS).policies == (GATE_ERROR,)
    assert attribute in ask.explain(ACCESS).error


def _without_schema(value: Any) -> Any:
    """The same situation as Cedar wants it where no schema says which words are entities."""
    if isinstance(value, list):
        return [_without_schema(each) for each in value]
    return {"__entity": value} if isinstance(value, dict) else value


def test_without_the_schema_a_missing_attribute_would_open() -> None:
    """Why it is always with the schema: Cedar skips a forbid that errs."""
    barred = {**situation_of(ACCESS, replace(FACTS, second_factor_age_s=None))}
    assert Policies().judge(request_of(ACCESS, barred)).policies == ("second-factor",)
    del barred["second_factor_age_s"]
    bare = {name: _without_schema(value) for name, value in barred.items()}
    actions = cedarpy.Entities.from_json_str("[]", Policies()._schema)
    answer = cedarpy.is_authorized(request_of(ACCESS, bare), policies_text(), actions)
    assert answer.allowed
    assert answer.diagnostics.errors
    with pytest.raises(UndecidedError, match="second_factor_age_s"):
        Policies().judge(request_of(ACCESS, barred))


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("an attribute of nobody's", {"second_factor": True}),
        ("a role of nobody's", {"role": {"type": "Role", "id": "king"}}),
        ("a role of another type", {"role": {"type": "Right", "id": "view"}}),
        ("a word for a number", {"step_up_age_s": "60"}),
        ("a fraction for a number", {"step_up_age_s": 0.5}),
        ("a number beyond 64 bits", {"step_up_age_s": 2**64}),
        ("nothing for a flag", {"belongs": None}),
        ("a word for a flag", {"belongs": "true"}),
        ("one right for a set", {"rights": {"type": "Right", "id": "view"}}),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_situation_that_does_not_fit_is_undecided(fault: str, change: dict[str, Any]) -> None:
    """Nothing is guessed at."""
    del fault
    request = request_of(ACCESS, SITUATION) | {"context": json.dumps({**SITUATION, **change})}
    with pytest.raises(UndecidedError):
        Policies(OPEN_PERMIT).judge(request)


@pytest.mark.parametrize(
    "change",
    [
        {"role": "owner"},
        {"consents": frozenset({"use"})},
        {"network": "machine"},
        {"belongs": "yes"},
        {"now_ms": "now"},
        {"second_factor_age_s": "60"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_a_fact_of_the_wrong_type_is_a_no(change: dict[str, Any]) -> None:
    """A plain string is not a word of a closed list, even one that reads like it."""
    wrong = replace(FACTS, **change)
    assert CedarGate(lambda _: wrong)(ACCESS).policies == (GATE_ERROR,)


def test_an_id_is_data() -> None:
    """One that looks like policy text, or holds a quotation mark, is an id like any other."""
    odd = 'x" || true || "\n'
    access = replace(ACCESS, principal=replace(ACCESS.principal, id=odd))
    assert CedarGate(lambda _: FACTS)(access).policies == ("owner",)


def test_cedar_that_does_not_decide_is_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence, and an allow with an error beside it."""
    for answer in (
        {"decision": "NoDecision", "diagnostics": {"reason": [], "errors": []}},
        {"decision": "Allow", "diagnostics": {"reason": ["owner"], "errors": ["one erred"]}},
    ):
        result = cedarpy.AuthzResult(answer)
        monkeypatch.setattr(cedarpy, "is_authorized", lambda *_, found=result: found)
        assert CedarGate(lambda _: FACTS)(ACCESS).policies == (GATE_ERROR,)
