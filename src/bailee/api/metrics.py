"""Figures for Prometheus. No label holds an id or a name of anybody.

A registry an application. What is counted in the database is counted when it is asked for; what
cannot be had is left out rather than said wrong.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bailee.api.standing import Standing
from bailee.errors import BaileeError
from bailee.types.decide import Decision

MEDIA_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a sweep stands: when it last went well (ms since the epoch), and failures since start."""

    succeeded_ms: int | None
    failures: int


class Metrics:
    """What one application counts."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "bailee_requests", "Answers given.", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "bailee_request_seconds",
            "From a request's head to its answer's end.",
            ("route",),
            buckets=_BUCKETS,
            registry=registry,
        )
        self._bytes = Counter(
            "bailee_answer_bytes", "Bytes of answers' bodies.", ("route",), registry=registry
        )
        self._decisions = Counter(
            "bailee_decisions",
            "Decisions of the gate, by the policy that decided.",
            ("allowed", "policy"),
            registry=registry,
        )

    def answered(
        self, *, method: str, route: str, status: int, seconds: float, sent_bytes: int
    ) -> None:
        """Count an answer. *method* and *route* are of closed lists."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        self._bytes.labels(route).inc(sent_bytes)

    def decided(self, decision: Decision) -> None:
        """Count a decision."""
        self._decisions.labels("yes" if decision.allowed else "no", decision.policy).inc()

    def look_at(
        self, standing: Callable[[], Standing], sweeps: Callable[[], Mapping[str, Ran]]
    ) -> None:
        """Ask *standing* and *sweeps* whenever somebody asks for the figures."""
        self._registry.register(_House(standing, sweeps))

    def text(self) -> bytes:
        """Every figure, in Prometheus' text format."""
        return generate_latest(self._registry)


class _House(Collector):
    """What is counted when it is asked for."""

    def __init__(
        self, standing: Callable[[], Standing], sweeps: Callable[[], Mapping[str, Ran]]
    ) -> None:
        self._standing = standing
        self._sweeps = sweeps

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: registering must not ask the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        yield from _of_sweeps(self._sweeps())
        try:
            yield from _of_house(self._standing())
        except BaileeError:
            return  # the database is away: `/health/ready` says so


def _of_sweeps(sweeps: Mapping[str, Ran]) -> Iterator[Metric]:
    last = GaugeMetricFamily(
        "bailee_sweep_success_seconds", "When a sweep last went well.", labels=["sweep"]
    )
    failed = GaugeMetricFamily(
        "bailee_sweep_failures", "How often it failed since the start.", labels=["sweep"]
    )
    for name, ran in sorted(sweeps.items()):
        if ran.succeeded_ms is not None:
            last.add_metric([name], ran.succeeded_ms / 1000)
        failed.add_metric([name], ran.failures)
    yield last
    yield failed


def _of_house(standing: Standing) -> Iterator[Metric]:
    told = (
        ("ledger_entries", "Entries in the ledger.", standing.ledger_size),
        ("ledger_waiting", "Entries that are not published yet.", standing.entries_waiting),
        (
            "messages_waiting",
            "Messages that a channel has not taken yet.",
            standing.messages_waiting,
        ),
        ("erasures_open", "Erasures whose clean-up goes on.", standing.erasures_open),
        ("generation", "The generation of keys in use.", standing.generation),
        ("generation_age_seconds", "How old it is.", standing.generation_age_ms / 1000),
        ("days_to_expire", "Days that are over and not yet let go of.", standing.days_late),
        ("sessions_open", "Sessions that live.", standing.sessions_open),
        ("under_attack", "1 while limits are tight for everybody.", int(standing.under_attack)),
    )
    for name, about, value in told:
        yield GaugeMetricFamily(f"bailee_{name}", about, value=value)
