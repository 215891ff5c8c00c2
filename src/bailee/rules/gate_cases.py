"""Policy tests: requests and facts in TOML, with the decision they must get, for anyone to read.

::

    [facts]                      # what holds in every case of the file; `FactSheet` names the rest
    role = "guest"
    belongs = true

    [[case]]
    name = "A guest is not shown what was recorded before their stay began"
    ask = { who = "person", verb = "view", purpose = "owner-view", kind = "video" }
    facts = { access = [1000, 2000] }
    captured = [900, 950]        # milliseconds, like every time here
    allowed = false
    policies = ["guest-not-before"]
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from importlib.resources.abc import Traversable
from typing import Any, Final

from bailee.errors import InputError
from bailee.rules.cedar import CASES
from bailee.rules.gate import CedarGate
from bailee.types.decide import Access, Decision, Principal, PrincipalKind, Verb
from bailee.types.facts import DeviceSort, FactSheet
from bailee.types.ids import AccountId, ArtefactId, DeviceId, PersonId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.types.span import Span

_CASE = frozenset({"name", "ask", "facts", "captured", "allowed", "policies"})
_ASK = frozenset({"who", "verb", "purpose", "kind", "of", "device"})
_FACTS = frozenset(each.name for each in fields(FactSheet))
_OWN: Final = "own"
"""The id of who asks and, unless the case says otherwise, of the device that recorded it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTest:
    """One case and how it went.

    Attributes:
        place: The file's name.
        name: What the case says.
        expected: The decision it must get; `why` is not looked at.
        found: The decision it got.
    """

    place: str
    name: str
    expected: Decision
    found: Decision

    @property
    def passed(self) -> bool:
        """Whether the decision is the same, by the same policies."""
        return (self.expected.allowed, self.expected.policies) == (
            self.found.allowed,
            self.found.policies,
        )


def run_policy_tests(
    folder: Traversable = CASES, *, extra_policies: str = ""
) -> tuple[PolicyTest, ...]:
    """Run every case of every ``*.toml`` in *folder*, by name.

    Args:
        folder: A `Path`, or a folder inside a package; our own cases by default.
        extra_policies: What the deployment adds, as `CedarGate` takes it.

    Raises:
        InputError: A file is not TOML, says something that no case can say, or there is none.
    """
    found: list[PolicyTest] = []
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            text = file.read_text(encoding="utf-8")
            found.extend(run_policy_file(file.name, text, extra_policies=extra_policies))
    if not found:
        raise InputError("There are no policy tests there.", hint="They are files *.toml.")
    return tuple(found)


def run_policy_file(place: str, text: str, *, extra_policies: str = "") -> tuple[PolicyTest, ...]:
    """Run every case of one file, in its order.

    Args:
        place: The file's name, for messages.
        text: TOML.
        extra_policies: What the deployment adds, as `CedarGate` takes it.

    Raises:
        InputError: It is not TOML, or says something that no case can say.
    """
    return tuple(_run(place, text, extra_policies))


def _run(place: str, text: str, extra_policies: str) -> Iterator[PolicyTest]:
    try:
        document = tomllib.loads(text)
        _only(document, frozenset({"facts", "case"}))
        for case in document["case"]:
            yield _one(place, document.get("facts", {}), case, extra_policies)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        raise InputError(
            f"{place} is not a file of policy tests: {type(error).__name__}, {error}.",
            hint="The form is in docs/design/gate.md.",
        ) from error


def _one(
    place: str, common: Mapping[str, Any], case: Mapping[str, Any], extra_policies: str
) -> PolicyTest:
    _only(case, _CASE)
    sheet = _sheet({**common, **case.get("facts", {})})
    gate = CedarGate(lambda _: sheet, extra_policies=extra_policies)
    policies = tuple(case["policies"])
    return PolicyTest(
        place=place,
        name=case["name"],
        expected=Decision(allowed=case["allowed"], policy=policies[0], policies=policies),
        found=gate(_access(case["ask"], case.get("captured"))),
    )


def _only(said: Mapping[str, Any], known: frozenset[str]) -> None:
    """A word that means nothing here is a mistake, never passed over."""
    if unknown := set(said) - known:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")


def _span(pair: Any) -> Span | None:
    if pair is None:
        return None
    begin_ms, end_ms = pair
    return Span(begin_ms=begin_ms, end_ms=end_ms)


def _access(ask: Mapping[str, Any], captured: Any) -> Access:
    _only(ask, _ASK)
    whole = ask.get("of") == "account"
    return Access(
        principal=Principal(kind=PrincipalKind(ask["who"]), id=_OWN),
        verb=Verb(ask["verb"]),
        purpose=Purpose(ask["purpose"]),
        account_id=AccountId("account"),
        kind=Kind(ask["kind"]) if "kind" in ask else None,
        artefact_id=None if whole else ArtefactId("artefact"),
        person_id=None if whole else PersonId("subject"),
        device_id=DeviceId(ask.get("device", _OWN)),
        span=_span(captured),
    )


def _sheet(said: Mapping[str, Any]) -> FactSheet:
    _only(said, _FACTS)
    words = dict(said)
    for name, closed in (("role", Role), ("network", Network), ("device", DeviceSort)):
        if name in words:
            words[name] = closed(words[name])
    for name, closed_set in (("rights", Right), ("consents", Scope)):
        if name in words:
            words[name] = frozenset(closed_set(each) for each in words[name])
    if "access" in words:
        words["access"] = _span(words["access"])
    return FactSheet(**{"now_ms": 0, **words})
