"""How fast a peer may come: so many at once, so many a second in the long run."""

from hypothesis import given
from hypothesis import strategies as st

from bailee.intake.wyoming.pace import Pace

RATES = st.floats(0.1, 1_000)
BURSTS = st.integers(1, 1_000)
PAUSES = st.lists(st.floats(0, 10), max_size=200)


@given(RATES, BURSTS, PAUSES)
def test_never_more_than_the_burst_and_the_rate(
    per_s: float, burst: int, pauses_s: list[float]
) -> None:
    """Whoever waits as told has come at most so often, however the pauses between were."""
    pace, now_s = Pace(per_s, burst, 0.0), 0.0
    for come, pause_s in enumerate(pauses_s, 1):
        now_s += pause_s
        now_s += pace.wait_s(now_s)
        assert come <= burst + per_s * now_s + 1e-6


@given(RATES, BURSTS)
def test_a_burst_waits_for_nothing(per_s: float, burst: int) -> None:
    """And one more does; after a long pause the burst may come again, and no more."""
    pace = Pace(per_s, burst, 0.0)
    for at_s in (0.0, 1e9):
        assert [pace.wait_s(at_s) for _ in range(burst)] == [0.0] * burst
        assert pace.wait_s(at_s) > 0
