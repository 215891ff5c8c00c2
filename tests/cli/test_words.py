"""Times, numbers and names, in and out."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

import bailee.cli
from bailee.cli import moments, say
from bailee.cli.desk import Desk
from bailee.cli.progress import progress
from bailee.clock import FixedClock, to_ms
from bailee.errors import InputError
from bailee.types.kind import Kind
from bailee.types.selection import Selection
from cli.shell import Shell

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
DESK = Desk(clock=FixedClock(to_ms(NOW)))


def _utc(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026-11-20", "2026-11-19T23:00", "2026-11-20T22:59:59.999"),
        ("2026-03-29", "2026-03-28T23:00", "2026-03-29T21:59:59.999"),
        ("2026-10-25", "2026-10-24T22:00", "2026-10-25T22:59:59.999"),
        ("today", "2026-11-20T23:00", "2026-11-21T22:59:59.999"),
        ("Yesterday", "2026-11-19T23:00", "2026-11-20T22:59:59.999"),
        ("now", "2026-11-21T13:00", "2026-11-21T13:00"),
        ("2h ago", "2026-11-21T11:00", "2026-11-21T11:00"),
        ("-90min", "2026-11-21T11:30", "2026-11-21T11:30"),
        ("3d", "2026-11-18T13:00", "2026-11-18T13:00"),
        ("2026-11-20T18:30", "2026-11-20T17:30", "2026-11-20T17:30"),
        ("2026-11-20 18:30:05.250", "2026-11-20T17:30:05.250", "2026-11-20T17:30:05.250"),
        ("2026-11-20T18:30z", "2026-11-20T18:30", "2026-11-20T18:30"),
        ("2026-11-20T18:30+09:00", "2026-11-20T09:30", "2026-11-20T09:30"),
    ],
)
def test_a_time_is_the_readers_own(text: str, begin: str, end: str) -> None:
    """A day runs from its first to its last millisecond, here, also when the clocks change."""
    assert moments.begin(DESK, text, "--from") == _utc(begin)
    assert moments.end(DESK, text, "--to") == _utc(end)


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "2026-11-31T10:00", "1969-12-31", "9999-12-31", "999999w"]
)
def test_what_is_no_time_is_told_with_the_words_that_are(text: str) -> None:
    """The option is named, and what can be written."""
    with pytest.raises(InputError, match="yesterday"):
        moments.end(DESK, text, "--from")


def test_numbers_read_as_a_person_would_say_them() -> None:
    """One of a thing, many of it."""
    assert say.count(1, "recording") == "1 recording"
    assert say.count(1024, "entry") == "1,024 entries"
    assert say.kinds({Kind.FACT: 2, Kind.AUDIO: 23, Kind.TRANSCRIPT: 1}) == (
        "23 audio, 1 transcript, 2 facts"
    )
    assert [say.length(ms) for ms in (0, 300, 61_000, 3_723_000)] == [
        "–",
        "0:01",
        "1:01",
        "1:02:03",
    ]
    assert [say.size(n) for n in (0, 999, 1_500, 2_000_000_000_000)] == [
        *("0 B", "999 B", "1.5 kB", "2.0 TB")
    ]


def test_columns_stay_aligned_whatever_is_written_in_them() -> None:
    """Wide, combining and right-to-left letters take the columns that a terminal gives them."""
    names = ["Leo", "李雷", "e\u0301lodie", "שרה", "🎙"]
    lines = say.table(("who", "id"), [(say.name(each), "x") for each in names])
    assert {say.width(line) for line in lines[1:]} == {say.width(lines[1])}
    assert say.width(say.fit("李" * 30, 24)) <= 24
    assert say.fit(say.name("ש" * 30), 10).endswith("…\u2069")


def test_the_sentence_names_everything_that_was_picked() -> None:
    """It is what the receipt says years later: account, times, kind, nothing left to guess."""
    begin, end = _utc("2026-11-20T07:00"), _utc("2026-11-20T08:00") - 1
    picked = Selection(account="home", person="Leo", device="kitchen", from_ms=begin, to_ms=end)
    assert picked.sentence() == (
        "everything of Leo on kitchen in home, "
        "from 2026-11-20 07:00:00 UTC to 2026-11-20 07:59:59.999 UTC"
    )
    assert Selection(account="home", kind=Kind.FACT, to_ms=end).sentence() == (
        "all facts in home, up to 2026-11-20 07:59:59.999 UTC"
    )


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_that_want_them(
    shell: Shell, talk: Path, monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool
) -> None:
    """`NO_COLOR` is kept even where colour would be shown; no pipe ever gets any."""
    shell.deposit(talk)
    monkeypatch.setenv("NO_COLOR", no_color)
    words = ["--home", str(shell.home), "erase", "--account", "home", "--everything", "--dry-run"]
    desk = Desk(clock=shell.clock)
    said = CliRunner().invoke(bailee.cli.main, words, obj=desk, color=True).output
    assert ("\x1b[1mForget" in said) == coloured
    assert "\x1b[" not in CliRunner().invoke(bailee.cli.main, words, obj=desk).output


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("patience_s", "as_json", "told"), [(0, False, True), (0, True, False), (60, False, False)]
)
def test_progress_is_for_people_who_have_waited(
    monkeypatch: pytest.MonkeyPatch, patience_s: float, as_json: bool, told: bool
) -> None:
    """A line that moves, after a second, on a terminal; it is gone at the end."""
    terminal = _Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("bailee.cli.progress.PATIENCE_S", patience_s)
    monkeypatch.setattr("bailee.cli.progress._BETWEEN_S", 0)
    with progress(Desk(as_json=as_json), "Copying") as tell:
        tell(3, 12)
        tell(4, 0)
    said = terminal.getvalue()
    assert ("Copying ━━━━━━" in said) == told
    assert ("3 of 12" in said) == told
    assert said.endswith("\x1b[K") == told
