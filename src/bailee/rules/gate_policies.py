"""The policy set: parsed, validated against the schema once, and asked many times."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import cedarpy

from bailee.errors import InputError
from bailee.rules.cedar import policies_text, schema_text
from bailee.rules.gate_clause import Clause, clauses_of
from bailee.rules.gate_situation import Request

DEPLOYMENT = "deployment/"
"""Before the ids of a deployment's own policies, so that none can pass for one of ours."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_HINT = "Nothing was opened; bailee does not start with a policy it cannot check."

Parsed = Mapping[str, Mapping[str, Any]]


class UndecidedError(Exception):
    """Cedar gave no clean answer. The gate takes it for a no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the policies say, and which: the forbids that bit or, if none did, the permits."""

    allowed: bool
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _House:
    schema: cedarpy.Schema
    entities: cedarpy.Entities
    policies: Parsed
    clauses: Mapping[str, Clause]


def _parse(text: str, schema: cedarpy.Schema) -> dict[str, Mapping[str, Any]]:
    """The policies of *text* in Cedar's JSON, by position.

    Raises:
        InputError: It is not Cedar, speaks of what the schema does not have, or has templates.
    """
    try:
        parsed = json.loads(cedarpy.policies_to_json_str(text))
    except ValueError as error:
        raise InputError(f"The policies cannot be read: {error}.", hint=_HINT) from error
    result = cedarpy.validate_policies(text, schema)
    if not result.validation_passed:
        evidence = "; ".join(str(each) for each in result.errors)
        raise InputError(f"The policies do not fit the schema: {evidence}.", hint=_HINT)
    if parsed["templates"]:
        raise InputError("The policies hold templates, which nothing here fills.", hint=_HINT)
    return dict(parsed["staticPolicies"])


@cache
def _house() -> _House:
    """Our own policies, parsed once a process."""
    schema = cedarpy.Schema.from_str(schema_text())
    text = policies_text()
    parsed = _parse(text, schema).values()
    clauses = {each.policy: each for each in clauses_of(text)}
    policies = {each["annotations"]["id"]: each for each in parsed}
    assert len(policies) == len(parsed) == len(clauses), "each has an id and a comment of its own"
    return _House(
        schema=schema,
        # Of entities there are only the actions and their groups, which the schema brings.
        entities=cedarpy.Entities.from_json_str("[]", schema),
        policies=policies,
        clauses={each: clauses[each] for each in policies},
    )


def _deployment(text: str, schema: cedarpy.Schema) -> dict[str, Mapping[str, Any]]:
    named: dict[str, Mapping[str, Any]] = {}
    for number, each in enumerate(_parse(text, schema).values(), start=1):
        name = each.get("annotations", {}).get("id", str(number))
        if not _NAME.fullmatch(name) or DEPLOYMENT + name in named:
            raise InputError(
                f"The @id of policy {number} is used twice, or is not one.",
                hint="An id has small letters, digits and hyphens, at most 64.",
            )
        named[DEPLOYMENT + name] = each
    return named


def _handle(policies: Parsed) -> cedarpy.PolicySet:
    return cedarpy.PolicySet.from_json_str(
        json.dumps({"templates": {}, "staticPolicies": policies, "templateLinks": []})
    )


class Policies:
    """Our policies, and those a deployment adds, under names that cannot be mistaken."""

    def __init__(self, extra: str = "") -> None:
        """Parse and validate.

        Args:
            extra: Policies in Cedar, in the words of our schema.

        Raises:
            InputError: *extra* is not that.
        """
        house = _house()
        added = _deployment(extra, house.schema) if extra.strip() else {}
        all_ = {**house.policies, **added}
        self._schema, self._entities = house.schema, house.entities
        self._all = _handle(all_)
        self._permits = _handle({k: v for k, v in all_.items() if v["effect"] == "permit"})
        self._place = {name: place for place, name in enumerate(all_)}
        said = {each.policy.removeprefix(DEPLOYMENT): each.says for each in clauses_of(extra)}
        self.clauses: Mapping[str, Clause] = {
            **house.clauses,
            **{
                name: Clause(
                    policy=name,
                    effect=each["effect"],
                    says=said.get(name.removeprefix(DEPLOYMENT), ""),
                )
                for name, each in added.items()
            },
        }

    def judge(self, request: Request) -> Verdict:
        """What all policies say of *request*.

        Raises:
            UndecidedError: Cedar found an error, or did not decide. That is not a yes.
        """
        return self._ask(request, self._all)

    def permits(self, request: Request) -> tuple[str, ...]:
        """Which policies would allow *request* if no safeguard stood against it.

        Raises:
            UndecidedError: The same.
        """
        return self._ask(request, self._permits).policies

    def _ask(self, request: Request, policies: cedarpy.PolicySet) -> Verdict:
        # Always with the schema: without one, a fact that is missing makes a forbid err, and Cedar
        # skips a policy that errs.
        answer = cedarpy.is_authorized(request, policies, self._entities, self._schema)
        if answer.diagnostics.errors or answer.decision is cedarpy.Decision.NoDecision:
            raise UndecidedError("; ".join(answer.diagnostics.errors))
        return Verdict(
            allowed=answer.decision is cedarpy.Decision.Allow,
            policies=tuple(sorted(answer.diagnostics.reasons, key=self._place.__getitem__)),
        )
