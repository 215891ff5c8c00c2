"""What a device recorded last."""

from bailee.types.ids import DeviceId
from bailee.types.query import Query
from bailee.types.recording import Recording
from bailee.web.visit import Visit


def last_of(visit: Visit, device_id: DeviceId) -> Recording | None:
    """The newest recording of a device that the reader may know of; None for none."""
    found = visit.service.household.timeline.list(
        visit.principal,
        visit.account_id,
        Query(newest_first=True, limit=1),
        device_id=device_id,
    )
    return next(iter(found.recordings), None)
