"""Cameras: each with the newest it saw, and the way to the rest."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from bailee.types.facts import DeviceSort
from bailee.types.household import HouseDevice
from bailee.types.kind import Kind
from bailee.types.query import Query
from bailee.web.render import page
from bailee.web.timeline.rows import Row, rows_of
from bailee.web.visit import Visit, Visiting

router = APIRouter()
_SEEN = (Kind.VIDEO, Kind.IMAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A camera; `newest` is None while nothing that it saw is kept that the reader may see."""

    device: HouseDevice
    newest: Row | None


@router.get("/cameras")
def cameras(visit: Visiting) -> Response:
    """Every camera of the household, as far as it is shown to whoever asks."""
    there = [each for each in visit.devices.values() if each.sort is DeviceSort.CAMERA]
    return page(visit, "cameras/list.html", cameras=[_camera(visit, each) for each in there])


def _camera(visit: Visit, device: HouseDevice) -> Camera:
    seen = [
        recording
        for kind in _SEEN
        for recording in visit.service.household.timeline.list(
            visit.principal,
            visit.account_id,
            Query(kind=kind, newest_first=True, limit=1),
            device_id=device.id,
        ).recordings
    ]
    if not seen:
        return Camera(device=device, newest=None)
    [row] = rows_of(visit, [max(seen, key=lambda each: each.begin_ms)])
    return Camera(device=device, newest=row)
