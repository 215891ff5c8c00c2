"""A selection says one clear thing, or is refused before anything happens."""

import pytest

from bailee import Selection
from bailee.errors import InputError

NOTHING_CLEAR = {
    "no-account": Selection(account="", everything=True),
    "ends-before-it-begins": Selection(account="home", from_ms=2, to_ms=1),
    "before-1970": Selection(account="home", from_ms=-1),
    "after-9999": Selection(account="home", to_ms=253_402_300_800_000),
    "picked-and-ranged": Selection(account="home", recordings=("rec_a",), person="Leo"),  # type: ignore[arg-type]
    "the-whole-account-unsaid": Selection(account="home"),
}


@pytest.mark.parametrize("fault", NOTHING_CLEAR)
def test_what_is_not_clear_is_refused(fault: str) -> None:
    """Each fault by itself is an `InputError` that says what to do."""
    with pytest.raises(InputError):
        NOTHING_CLEAR[fault].check()


def test_the_last_moment_of_9999_has_a_sentence() -> None:
    """Whatever passes the check can be said."""
    last = Selection(account="home", to_ms=253_402_300_799_999)
    last.check()
    assert "9999" in last.sentence()
