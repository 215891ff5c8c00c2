"""The document of duties says what code and tests cite, and nothing else."""

from pathlib import Path

import pytest
from tools import coverage

# § stands for what makes a citation, or the document would count these.
SOURCE = '''"""A module (§01)."""

# §02, said beside nothing


class Vault:
    """Keeps (§15)."""

    @staticmethod
    def erase() -> None:
        """Erase (§15, §13)."""
        forget = 1  # §16
'''.replace("§", "R-")
SERVED, CLAIMED, NEITHER = (f"R-{duty:02}" for duty in (15, 1, 37))


def test_a_citation_belongs_to_the_innermost_name_that_holds_it() -> None:
    """Module, class and method are told apart, in docstrings and in comments."""
    assert coverage.cited_in(SOURCE) == {
        (1, ""),
        (2, ""),
        (15, "Vault"),
        (15, "Vault.erase"),
        (13, "Vault.erase"),
        (16, "Vault.erase"),
    }


def test_a_duty_is_served_only_when_code_and_a_test_cite_it(tmp_path: Path) -> None:
    """Each of the three standings, in the row of its duty."""
    src, tests = tmp_path / "src", tmp_path / "tests"
    src.mkdir()
    tests.mkdir()
    (src / "vault.py").write_text(SOURCE)
    (tests / "test_vault.py").write_text(
        'def test_it():\n    """It is gone (§15)."""\n'.replace("§", "R-")
    )
    rows = {line[2:6]: line for line in coverage.page(src, tests).splitlines() if "| R-" in line}
    assert len(rows) == 37
    assert "| served | `vault.py::Vault`<br>`vault.py::Vault.erase` |" in rows[SERVED]
    assert "`test_vault.py::test_it`" in rows[SERVED]
    assert "| partly | `vault.py` | — |" in rows[CLAIMED]
    assert "| not served yet | — | — |" in rows[NEITHER]


def test_a_duty_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """A slip in a number is found by the one who makes it."""
    (tmp_path / "slip.py").write_text('"""Serves §99."""\n'.replace("§", "R-"))
    with pytest.raises(ValueError, match="99, which does not exist"):
        coverage.citations(tmp_path)


def test_the_same_tree_gives_the_same_document() -> None:
    """Nothing in it depends on the order of files or on time."""
    assert coverage.page() == coverage.page()
