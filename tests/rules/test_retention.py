"""How long each kind is kept: the one table, and what a configuration may make of it."""

import pytest

from bailee.errors import InputError
from bailee.rules.retention import (
    DEFAULT_POLICY,
    LONGEST_DAYS,
    Retention,
    keep_days,
    parse_days,
    policy_from,
)
from bailee.types.kind import Kind


def test_every_kind_has_a_row() -> None:
    """Nothing can be held that the published policy does not speak of (R-01, R-19)."""
    assert set(DEFAULT_POLICY) == set(Kind)


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_is_kept_for_ever(kind: Kind) -> None:
    """Every kind has an end, ten years off at most (R-02)."""
    row = DEFAULT_POLICY[kind]
    assert 1 <= row.keep_days <= row.at_most_days <= LONGEST_DAYS
    assert row.purpose
    assert row.need


@pytest.mark.parametrize(
    ("text", "days"), [("1d", 1), ("30d", 30), ("2w", 14), ("6m", 180), ("1y", 365), (" 3 W ", 21)]
)
def test_lengths_of_time(text: str, days: int) -> None:
    """Days, weeks, months of thirty days, years."""
    assert parse_days(text) == days


@pytest.mark.parametrize(
    "text", ["", "0d", "-1d", "d", "30", "1.5y", "forever", "999999d", "30d30d", "1 h"]
)
def test_no_lengths_of_time(text: str) -> None:
    """Zero, none, other units and what only looks like a number are refused with an example."""
    with pytest.raises(InputError) as refused:
        parse_days(text)
    assert "30d" in refused.value.hint


def test_the_policy_has_the_last_word_on_what_is_asked() -> None:
    """Neither nothing nor more than the most; without an answer, the policy's own time."""
    at_most = DEFAULT_POLICY[Kind.LOCATION].at_most_days
    assert keep_days(DEFAULT_POLICY, Kind.LOCATION, None) == 30
    assert keep_days(DEFAULT_POLICY, Kind.LOCATION, at_most) == at_most
    for days in (0, -1, at_most + 1):
        with pytest.raises(InputError) as refused:
            keep_days(DEFAULT_POLICY, Kind.LOCATION, days)
        assert str(at_most) in refused.value.hint


def test_a_configuration_changes_what_it_names_alone() -> None:
    """One row, one field; the rest of the table is as published."""
    policy = policy_from({"audio": {"keep": "7d", "at_most": "2w"}})
    assert policy[Kind.AUDIO].keep_days == 7
    assert policy[Kind.AUDIO].at_most_days == 14
    assert policy[Kind.AUDIO].purpose == DEFAULT_POLICY[Kind.AUDIO].purpose
    assert {kind for kind in Kind if policy[kind] != DEFAULT_POLICY[kind]} == {Kind.AUDIO}


@pytest.mark.parametrize(
    "rows",
    [
        {"smell": {"keep": "7d"}},
        {"audio": {"forever": "yes"}},
        {"audio": {"keep": "0d"}},
        {"audio": {"keep": "2w", "at_most": "7d"}},
        {"audio": {"at_most": "11y"}},
        {"audio": {"purpose": "  "}},
        {"audio": {"need": ""}},
    ],
    ids=[
        "unknown kind",
        "unknown field",
        "no time",
        "keep beyond most",
        "beyond ten years",
        "no purpose",
        "no need",
    ],
)
def test_a_policy_that_does_not_hold_is_refused(rows: dict[str, dict[str, object]]) -> None:
    """A vault whose policy says nothing, or for ever, does not open."""
    with pytest.raises(InputError):
        policy_from(rows)


def test_a_row_without_a_need_is_none() -> None:
    """312.10: a purpose and a need stand beside every time."""
    with pytest.raises(InputError):
        Retention(purpose="hearing", need=" ", keep_days=1, at_most_days=1)
