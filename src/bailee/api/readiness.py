"""What keeps a server from being ready, in plain words: what is away, and what is late."""

from bailee.api.service import Service
from bailee.api.standing import Standing, standing_of
from bailee.api.sweeps import ROTATION_LATE, Sweeps
from bailee.errors import UnavailableError

_DAYS_LATE = 2
"""A day ends at midnight, UTC; the sweep has until the next one."""


def late_in(service: Service, sweeps: Sweeps | None) -> tuple[str, ...]:
    """What is away or late, a sentence each; empty when all is well. No place is named."""
    try:
        standing = standing_of(service)
    except UnavailableError:
        return ("The database cannot be reached: nothing can be taken in, shown or forgotten.",)
    found = [*_of_vault(standing, away=len(service.vault.unreachable()))]
    if sweeps is not None:
        found += sweeps.late()
    return tuple(dict.fromkeys(found))


def _of_vault(standing: Standing, *, away: int) -> tuple[str, ...]:
    found = []
    if away:
        found.append(
            "A root store cannot be reached: what is forgotten now is not unrecoverable until it "
            "is back."
        )
    if standing.lost_shards and standing.generation_age_ms > standing.horizon_ms:
        found.append(ROTATION_LATE)
    if standing.days_late >= _DAYS_LATE:
        found.append("What is over is not let go of. If the clock is right: `bailee expire`.")
    return tuple(found)
