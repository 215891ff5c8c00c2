"""The gate: every decision, by policies that a lawyer can read (R-07, R-12, R-22; design §3).

Default deny. Facts are looked up by the protocol wired at the start, never told by who asks. An
error anywhere (a fact that cannot be had, a policy that errs, silence) is a no, named `gate-error`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bailee.rules.gate_clause import Clause
from bailee.rules.gate_policies import Policies, UndecidedError, Verdict
from bailee.rules.gate_situation import request_of, situation_of
from bailee.types.decide import Access, Decision, PrincipalKind
from bailee.types.facts import Facts, FactSheet
from bailee.types.span import Span

GATE_ERROR = "gate-error"
DEFAULT_DENY = "default-deny"

_SAYS = {
    GATE_ERROR: "It could not be decided, and what cannot be decided is not allowed.",
    DEFAULT_DENY: "No policy allows it, and what no policy allows is not done.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A decision, taken apart.

    Attributes:
        decision: What it is.
        permits: Every policy that allows it, or would if no safeguard stood against it.
        forbids: Every safeguard that stands against it.
        facts: What was known; None if it could not be looked up.
        error: What kept it from being decided; empty if nothing did.
    """

    decision: Decision
    permits: tuple[Clause, ...] = ()
    forbids: tuple[Clause, ...] = ()
    facts: FactSheet | None = None
    error: str = ""


class CedarGate:
    """A `Decide` over Cedar policies. Safe to share between threads: it keeps no state."""

    def __init__(self, facts: Facts, *, extra_policies: str = "") -> None:
        """Read and validate the policies.

        Args:
            facts: Where facts come from.
            extra_policies: A deployment's own, in Cedar. They may open what is closed only by
                default, and close more; no safeguard can be opened by them.

        Raises:
            InputError: *extra_policies* cannot be read, or do not fit the schema.
        """
        self._facts = facts
        self._policies = Policies(extra_policies)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Every policy in force, in the order in which they are named."""
        return tuple(self._policies.clauses.values())

    def __call__(self, access: Access) -> Decision:
        """Decide. Never raises: what goes wrong is a no."""
        return self._decide(access, self._facts)

    def many(self, accesses: Sequence[Access]) -> Sequence[Decision]:
        """Decide about each, as by itself; facts that must be the same are looked up once."""
        sheets = _Sheets(self._facts, accesses)
        return [self._decide(each, sheets) for each in accesses]

    def _decide(self, access: Access, facts: Facts) -> Decision:
        try:
            return self._told(self._judge(access, facts(access)))
        except Exception:  # noqa: BLE001  whatever it is, it is no yes
            return _undecided()

    def explain(self, access: Access) -> Explanation:
        """The same decision, with all that had a part in it."""
        facts: FactSheet | None = None
        try:
            facts = self._facts(access)
            verdict = self._judge(access, facts)
            permits = self._policies.permits(request_of(access, situation_of(access, facts)))
        except UndecidedError as error:
            return Explanation(decision=_undecided(), facts=facts, error=str(error))
        except Exception as error:  # noqa: BLE001  whatever it is, it is no yes
            # Its kind alone: the message of a stranger's error may hold names.
            return Explanation(decision=_undecided(), facts=facts, error=type(error).__name__)
        return Explanation(
            decision=self._told(verdict),
            permits=self._named(permits),
            forbids=() if verdict.allowed else self._named(verdict.policies),
            facts=facts,
        )

    def _judge(self, access: Access, facts: FactSheet) -> Verdict:
        return self._policies.judge(request_of(access, situation_of(access, facts)))

    def _named(self, policies: Iterable[str]) -> tuple[Clause, ...]:
        return tuple(self._policies.clauses[each] for each in policies)

    def _told(self, verdict: Verdict) -> Decision:
        policies = verdict.policies or (DEFAULT_DENY,)
        first = policies[0]
        why = _SAYS[first] if first in _SAYS else self._policies.clauses[first].says
        return Decision(allowed=verdict.allowed, policy=first, policies=policies, why=why)


class _Sheets:
    """Facts about several requests, each sheet looked up once where `Facts` says that it serves."""

    def __init__(self, facts: Facts, accesses: Sequence[Access]) -> None:
        self._facts = facts
        self._stretches: dict[Access, Span] = {}
        self._known: dict[Access, FactSheet] = {}
        for each in accesses:
            if each.span is not None:
                so_far = self._stretches.get(_alike(each), each.span)
                begin_ms = min(so_far.begin_ms, each.span.begin_ms)
                end_ms = max(so_far.end_ms, each.span.end_ms)
                self._stretches[_alike(each)] = Span(begin_ms=begin_ms, end_ms=end_ms)

    def __call__(self, access: Access) -> FactSheet:
        alike = _alike(access)
        if access.span is None or access.principal.kind is PrincipalKind.LINK:
            return self._facts(access)
        if alike not in self._known:
            whole = replace(access, span=self._stretches[alike])
            self._known[alike] = self._facts(whole)
        known = self._known[alike]
        return self._facts(access) if known.held else known


def _alike(access: Access) -> Access:
    """The same for all whose facts differ by the stretch of time alone."""
    return replace(access, span=None, artefact_id=None, recording_id=None)


def _undecided() -> Decision:
    return Decision(allowed=False, policy=GATE_ERROR, policies=(GATE_ERROR,), why=_SAYS[GATE_ERROR])
