"""The guides of a household run as they stand, one after the other, in one house."""

import time
from pathlib import Path

import pytest

from api.guide_reader import GuideReader
from api.guide_words import typed_in
from cli.transcript import Typed

ROOT = Path(__file__).parents[2]
GUIDES = ("household", "sign-in", "consent", "api", "voice")
PROMISED = '{"person":"per_aaaaaaaaaaaaaaaa","status":403,\n…\n"at":"2026-11-22T10:00:00Z",…}'


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def test_a_guide_is_what_its_reader_gets(tmp_path: Path) -> None:
    """Each command of each of them, over a real server; each goes on where the last one ended."""
    with GuideReader(tmp_path) as reader:
        for name in GUIDES:
            typed = typed_in((ROOT / "docs" / "guide" / f"{name}.md").read_text(encoding="utf-8"))
            assert len(typed) > 4
            for each in typed:
                reader.hold(each, reader.type(each))


def test_the_readme_lets_a_household_in(tmp_path: Path) -> None:
    """Its lines about a household work as typed, after those before them."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    typed = typed_in(text, shell_alone=True)
    assert any(each.command.startswith("curl ") for each in typed)
    with GuideReader(tmp_path) as reader:
        for each in typed_in(text):
            if each.command.startswith(("bailee init", "bailee deposit")):
                reader.type(each)
        for each in typed:
            reader.hold(each, reader.type(each))


@pytest.mark.parametrize(
    "said",
    [
        '{"person":"per_bbbbbbbbbbbbbbbb","status":403,\n"at":"2031-01-02T03:04:05.678Z"}',
        '{"person":"per_bbbbbbbbbbbbbbbb","status":403,\n1\n2\n"at":"2031-01-02T03:04:05Z","b":1}',
    ],
)
def test_an_answer_may_differ_in_what_the_guide_leaves_open(tmp_path: Path, said: str) -> None:
    """Ids, times, and what an ellipsis stands for."""
    GuideReader(tmp_path).hold(Typed("", PROMISED.replace(",…}", "…}")), said)


@pytest.mark.parametrize(
    "said",
    [
        '{"person":"per_bbbbbbbbbbbbbbbb","status":404,\n"at":"2031-01-02T03:04:05Z","b":1}',
        '{"somebody":"per_bbbbbbbbbbbbbbbb","status":403,\n"at":"2031-01-02T03:04:05Z","b":1}',
        '{"person":"rec!bbbbbbbbbbbbbbbb","status":403,\n"at":"2031-01-02T03:04:05Z","b":1}',
        '{"person":"per_bbbbbbbbbbbbbbbb","status":403,\n"at":"soon","b":1}',
        '{"person":"per_bbbbbbbbbbbbbbbb","status":403,\n"at":"2031-01-02T03:04:05Z","b":1}\nmore',
        "",
    ],
)
def test_an_answer_that_is_another_is_seen(tmp_path: Path, said: str) -> None:
    """A word, a number, a name, a line too many: each fails."""
    with pytest.raises(AssertionError):
        GuideReader(tmp_path).hold(Typed("", PROMISED), said)


def test_an_id_is_one_thing_throughout(tmp_path: Path) -> None:
    """A guide cannot call two people by one id, nor show one where another comes."""
    reader = GuideReader(tmp_path)
    reader.hold(Typed("", "per_aaaaaaaaaaaaaaaa"), "per_bbbbbbbbbbbbbbbb")
    with pytest.raises(AssertionError):
        reader.hold(Typed("", "per_aaaaaaaaaaaaaaaa"), "per_cccccccccccccccc")


def test_a_command_goes_on_until_a_shell_would_run_it() -> None:
    """Over line ends within quotes and after a backslash; what follows is the answer."""
    text = "```console\n$ a 'b\nc' \\\n  d\nsaid\n$ e\n```\n```sh\n$ f\n```\n"
    assert typed_in(text) == [Typed("a 'b\nc' \\\n  d", "said"), Typed("e", "")]
