"""Places: what is read of untrusted bytes, and how little a coarse answer tells (R-05)."""

import json
import math
from contextlib import suppress
from itertools import pairwise
from typing import Any

import h3  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bailee.errors import InputError
from bailee.rules.precision import (
    RESOLUTION,
    cell_of,
    held_to,
    is_at,
    middle,
    parse_cell,
    spells,
    widened,
)
from bailee.types.ids import DeviceId, PersonId
from bailee.types.place import Fix, Precision, parse_fixes
from bailee.types.purpose import Purpose

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)
WHO = (PersonId("per_ana"), DeviceId("dev_phone"))
SQUARE_DEGREE_KM2 = 111.32 * 110.57
"""At the equator, where it is largest."""


def a_fix(latitude: float, longitude: float, at_s: int = 1, accuracy: float | None = None) -> Fix:
    return Fix(latitude=latitude, longitude=longitude, accuracy_m=accuracy, at_ms=at_s * 1000)


def said(**changed: Any) -> dict[str, Any]:
    return {"_type": "location", "lat": 52.5, "lon": 13.4, "tst": 1_795_300_000, **changed}


@given(LATITUDES, LONGITUDES, st.floats(0, 1), st.floats(0, 1))
def test_a_coarse_answer_tells_the_cell_and_nothing_more(
    north: float, east: float, along: float, share: float
) -> None:
    """Any two places in a cell have the same answer, to the last byte."""
    cell = cell_of(a_fix(north, east), Precision.COARSE)
    corner = h3.cell_to_boundary(cell)[int(along * 5)]
    centre = h3.cell_to_latlng(cell)
    near = [a + (b - a) * share * 0.9 for a, b in zip(centre, corner, strict=True)]
    other = a_fix(near[0], near[1], accuracy=3.5)
    assume(cell_of(other, Precision.COARSE) == cell)  # not beyond the date line, nor on an edge
    answers = [spells([(*WHO, fix)], Precision.COARSE) for fix in (a_fix(north, east), other)]
    assert repr(answers[0]) == repr(answers[1])
    assert answers[0][0].fixes == ()


@given(LATITUDES, LONGITUDES)
def test_coarse_is_fewer_than_three_decimals(north: float, east: float) -> None:
    """A cell is wider than a square of two decimals anywhere, and its middle has two at most."""
    cell = cell_of(a_fix(north, east), Precision.COARSE)
    assert h3.cell_area(cell, "km^2") > SQUARE_DEGREE_KM2 / 100**2
    assert all(each == round(each, 2) for each in middle(cell))


@given(LATITUDES, LONGITUDES, st.sampled_from(Precision))
def test_what_is_called_something_is_found_at_every_precision(
    north: float, east: float, precision: Precision
) -> None:
    """Home is home on the wide map and on the close one; a cell far away is not."""
    fix = a_fix(north, east)
    home = cell_of(fix, precision)
    for each in Precision:
        there = cell_of(fix, each)
        # A cell and the one around it need not overlap wholly (H3); their ancestors agree.
        wider = min(RESOLUTION[each], RESOLUTION[precision])
        assert is_at(home, there) == (widened(home, wider) == widened(there, wider))
    away = cell_of(a_fix(-north / 2 + 1, math.copysign(180, -east) + east * 0.5), precision)
    assert away == home or not is_at(home, away)


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.sampled_from([52.5, 52.6, 48.1]), st.sampled_from("ab")),
        max_size=12,
    )
)
def test_whiles_lose_no_point_and_never_join_over_another_cell(
    points: list[tuple[int, float, str]],
) -> None:
    """Every report is in one while, which begins and ends with one, in time's order."""
    found = [(WHO[0], DeviceId(what), a_fix(north, 13.4, at)) for at, north, what in points]
    told = spells(found, Precision.EXACT)
    assert sum(each.points for each in told) == len(points)
    assert sorted(f for each in told for f in (fix.at_ms for fix in each.fixes)) == sorted(
        at * 1000 for at, _, _ in points
    )
    for what in "ab":
        mine = [each for each in told if each.device_id == what]
        assert all(one.cell != two.cell for one, two in pairwise(mine))
        assert all(one.end_ms <= two.begin_ms for one, two in pairwise(mine))


def test_a_purpose_holds_precision_back() -> None:
    """Nobody but the household takes places away exactly; a wish for less is a wish for less."""
    assert held_to(Purpose.OWNER_VIEW, Precision.EXACT) is Precision.EXACT
    assert held_to(Purpose.REVIEW, Precision.EXACT) is Precision.COARSE
    assert held_to(Purpose.ASSIST, Precision.EXACT) is Precision.FINE
    for purpose in Purpose:
        assert held_to(purpose, Precision.COARSE) is Precision.COARSE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"[[]]",
        b"{}",
        json.dumps([said()] * 1001).encode(),
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b"1" * 70_000,
        json.dumps(said(lat=math.nan)).encode(),
        json.dumps(said(lat=0)).replace("0,", "1e999,", 1).encode(),
        json.dumps(said(lat=0)).replace("0,", "9" * 5000 + ",", 1).encode(),
        *(
            json.dumps(said(**each)).encode()
            for each in (
                {"lat": 91},
                {"lat": -90.0001},
                {"lat": True},
                {"lat": "52.5"},
                {"lat": None},
                {"lon": 180.5},
                {"lon": 10**400},
                {"tst": 0},
                {"tst": 1.5},
                {"tst": True},
                {"tst": 10**18},
                {"acc": -1},
                {"acc": "3"},
                {"_type": "waypoint"},
            )
        ),
    ],
)
def test_what_is_no_location_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(InputError, match="That is no location"):
        parse_fixes(body)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_place_or_refused(body: bytes) -> None:
    with suppress(InputError):
        assert parse_fixes(body)


def test_a_list_is_told_in_times_order() -> None:
    """Phones send what they held back; what else they say is not read."""
    body = json.dumps([said(tst=9, SSID="home", acc=12), said(tst=3, lat=-90, lon=180)])
    first, last = parse_fixes(body.encode())
    assert (first.at_ms, first.latitude, first.accuracy_m) == (3000, -90, None)
    assert (last.at_ms, last.accuracy_m) == (9000, 12)


@pytest.mark.parametrize(
    "text", ["", "8" * 500, "zz", "8f2830828052d25", "871f1d48bfffff", "ü" * 15]
)
def test_only_cells_that_places_are_told_in_can_be_named(text: str) -> None:
    with pytest.raises(InputError):
        parse_cell(text)
