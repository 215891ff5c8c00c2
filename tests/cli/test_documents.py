"""README and guides run as they stand."""

import doctest
import re
import time
from pathlib import Path

import pytest

import bailee
from cli.transcript import Reader, commands, plain

ROOT = Path(__file__).parents[2]
DOCUMENTS = ["README.md", "docs/guide/first-hour.md", "docs/guide/restore.md"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_transcript_is_what_its_reader_gets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Word for word, but for ids, numbers and times."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    reader = Reader(tmp_path)
    typed = commands(ROOT / name)
    assert len(typed) > 5
    for each in typed:
        assert plain(reader.type(each)) == plain(each.promised), each.command


def test_the_python_of_the_readme_is_that_of_the_package() -> None:
    """One example, in both places, and it runs."""
    said = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```$", said, re.DOTALL | re.MULTILINE)
    assert example in (bailee.__doc__ or "")
    ran = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    parsed = doctest.DocTestParser().get_doctest(example, {}, "README.md", "README.md", 0)
    assert ran.run(parsed).failed == 0
