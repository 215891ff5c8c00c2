"""The map itself: whole anywhere on the earth, and true to its scale."""

import math

from hypothesis import given
from hypothesis import strategies as st

from bailee.rules.precision import spells
from bailee.types.ids import DeviceId, PersonId
from bailee.types.place import Fix, Precision
from bailee.web.maps.drawing import draw
from bailee.web.maps.sheet import SIDE, Sheet, View

FIXES = st.lists(
    st.builds(
        Fix,
        latitude=st.floats(-90, 90),
        longitude=st.floats(-180, 180),
        accuracy_m=st.none(),
        at_ms=st.integers(0, 10**12),
    ),
    min_size=1,
    max_size=6,
)
STEPS = st.integers(-400, 400)


def drawn(
    fixes: list[Fix], precision: Precision, view: View | None = None, tiles: int | None = None
) -> Sheet:
    told = spells([(PersonId("per"), DeviceId("dev"), each) for each in fixes], precision)
    return draw(told, (), precision, view or View(), tiles)


@given(FIXES, st.sampled_from(Precision))
def test_the_whole_shows_every_point(fixes: list[Fix], precision: Precision) -> None:
    """At the poles and over the date line too; none is lost where cells are drawn wider."""
    sheet = drawn(fixes, precision)
    assert sum(each.points for each in sheet.hexes) == len(fixes)
    for each in sheet.hexes:
        assert -1 <= each.x <= SIDE + 1
        assert -1 <= each.y <= SIDE + 1
        assert 1 <= each.level <= 4
    assert 0 < sheet.bar[0] <= SIDE


@given(FIXES, st.integers(-8, 8), STEPS, STEPS, st.integers(0, 22))
def test_however_it_is_moved_it_is_a_map(
    fixes: list[Fix], zoom: int, east: int, north: int, most: int
) -> None:
    """Numbers that are some, and no more tiles than can be seen."""
    sheet = drawn(fixes, Precision.COARSE, View(zoom=zoom, east=east, north=north), most)
    assert all(math.isfinite(part) for each in sheet.hexes for part in (each.x, each.y))
    assert len(sheet.tiles) <= 400
    for tile in sheet.tiles:
        z, x, y = (int(part) for part in tile.href[len("/tiles/") : -len(".png")].split("/"))
        assert z <= most
        assert 0 <= x < 2**z
        assert 0 <= y < 2**z


@given(st.floats(-70, 70), st.floats(-179, 179))
def test_the_bar_is_as_long_as_it_says(latitude: float, longitude: float) -> None:
    """Two places that far apart are drawn that far apart."""
    degrees = 20_000 / 111_195
    apart = [
        Fix(latitude=at, longitude=longitude, accuracy_m=None, at_ms=0)
        for at in (latitude, latitude + degrees)
    ]
    sheet = drawn(apart, Precision.EXACT)
    (_, first), (_, second) = sheet.dots
    units, metres = sheet.bar
    assert math.isclose((first - second) / units * metres, 20_000, rel_tol=0.02)
