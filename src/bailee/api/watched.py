"""The gate, with somebody counting: each decision is told after it was made."""

from collections.abc import Callable, Sequence

from bailee.types.decide import Access, Decide, Decision, decide_each


class Watched:
    """A `Decide` that answers as *decide* does. Watchers must not raise, nor take long."""

    def __init__(self, decide: Decide) -> None:
        self._decide = decide
        self._watchers: list[Callable[[Decision], None]] = []

    def watch(self, watcher: Callable[[Decision], None]) -> None:
        """Tell *watcher* every decision from now on."""
        self._watchers.append(watcher)

    def __call__(self, access: Access) -> Decision:
        decision = self._decide(access)
        self._tell(decision)
        return decision

    def many(self, accesses: Sequence[Access]) -> Sequence[Decision]:
        """Answer for each, as *decide* does."""
        decisions = decide_each(self._decide, accesses)
        for each in decisions:
            self._tell(each)
        return decisions

    def _tell(self, decision: Decision) -> None:
        for watcher in self._watchers:
            watcher(decision)
