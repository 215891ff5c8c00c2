"""Pictures of the ground that the operator has in a folder, as ``zoom/x/y.png`` (web mercator).

Nothing is ever fetched from anybody: who serves a map's pictures learns where its reader looks.
"""

from dataclasses import dataclass
from pathlib import Path

from bailee.errors import InputError

_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_BYTES = 1 << 20
_MOST_ZOOM = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """A folder of them. `most_zoom` is the nearest there are any for."""

    folder: Path
    most_zoom: int

    @classmethod
    def of(cls, folder: Path) -> "Tiles":
        """Those of *folder*.

        Raises:
            InputError: There is no such folder, or none in it.
        """
        zooms = [zoom for zoom in range(_MOST_ZOOM + 1) if (folder / str(zoom)).is_dir()]
        if not zooms:
            raise InputError(
                "There are no map tiles in that folder.",
                hint="They are named zoom/x/y.png, such as 12/2200/1343.png.",
            )
        return cls(folder=folder, most_zoom=max(zooms))

    def read(self, zoom: int, x: int, y: int) -> bytes | None:
        """One tile; None where there is none. Numbers alone make its path, so it leads nowhere else."""
        path = self.folder / str(zoom) / str(x) / f"{y}.png"
        try:
            with path.open("rb") as file:
                body = file.read(_MOST_BYTES + 1)
        except OSError:
            return None
        return body if body.startswith(_PNG) and len(body) <= _MOST_BYTES else None
