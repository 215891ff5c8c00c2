"""The gate, with somebody counting: each decision is told after it was made."""

from collections.abc import Callable

from bailee.types.decide import Access, Decide, Decision


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
        for watcher in self._watchers:
            watcher(decision)
        return decision
