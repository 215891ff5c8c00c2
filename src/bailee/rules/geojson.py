"""Places as GeoJSON (RFC 7946), which maps and other programs read."""

import json

from bailee.clock import iso
from bailee.errors import InputError
from bailee.types.place import MOST_BYTES, Fix, parse_fixes

LARGEST_BYTES = MOST_BYTES
"""What is longer is no location."""


def as_geojson(body: bytes) -> bytes | None:
    """A location artefact (untrusted) as a collection of points; None where it is none.

    Each point keeps what the device said, word for word, among its properties.
    """
    try:
        fixes = parse_fixes(body)
    except InputError:
        return None
    said = json.loads(body)
    # `parse_fixes` puts them in order of time; the same order here, and the same for equal times.
    items = sorted(said if isinstance(said, list) else [said], key=lambda each: int(each["tst"]))
    points = [_point(fix, each) for fix, each in zip(fixes, items, strict=True)]
    found = {"type": "FeatureCollection", "features": points}
    return json.dumps(found, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _point(fix: Fix, said: dict[str, object]) -> dict[str, object]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [fix.longitude, fix.latitude]},
        "properties": {"time": iso(fix.at_ms), "said": said},
    }
