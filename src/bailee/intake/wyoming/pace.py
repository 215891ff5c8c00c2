"""How fast somebody may come: a bucket that fills again."""


class Pace:
    """So many at once, so many a second in the long run."""

    def __init__(self, per_s: float, burst: int, now_s: float) -> None:
        """Requires *per_s* > 0 and *burst* > 0. *now_s* is a monotonic time."""
        self._per_s = per_s
        self._burst = burst
        self._left = float(burst)
        self._at_s = now_s

    def wait_s(self, now_s: float) -> float:
        """Take one; how long to wait before it is one's turn, 0 for not at all."""
        filled = self._left + (now_s - self._at_s) * self._per_s
        self._left = min(float(self._burst), filled) - 1
        self._at_s = now_s
        return max(0.0, -self._left / self._per_s)
