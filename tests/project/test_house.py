"""The house is in order: modules say what they are, nothing is left undone, commands exist."""

import ast
import re
from pathlib import Path

import pytest
from tools.generated import ROOT

PACKAGE = ROOT / "src" / "bailee"
MODULES = sorted(PACKAGE.rglob("*.py"))
FOLDERS = sorted({each.parent for each in MODULES})


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_a_module_begins_by_saying_what_it_is(module: Path) -> None:
    """The first sentence a reader meets."""
    said = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    assert re.search(r"\w", said), "no docstring"


@pytest.mark.parametrize("folder", FOLDERS, ids=_name)
def test_a_folder_is_a_package(folder: Path) -> None:
    """So that its first file says what the folder holds."""
    assert (folder / "__init__.py").is_file()


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_nothing_is_left_for_later(module: Path) -> None:
    """What is not done belongs in the tracker."""
    assert not re.search(r"\b(TODO|FIXME|XXX)\b", module.read_text(encoding="utf-8"))


def _commands(document: Path) -> list[str]:
    """The `make X` of a script, or of a document's blocks and spans of code."""
    text = document.read_text(encoding="utf-8")
    code = "".join(text.split("```")[1::2]) if document.suffix == ".md" else text
    spans = re.findall(r"`make ([a-z-]+)", text)
    return spans + re.findall(r"^\s*(?:\$ )?make ([a-z-]+)", code, re.MULTILINE)


def test_every_command_that_a_document_names_exists() -> None:
    """`make X`, wherever a reader may meet it, is a target."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / ".ci" / "run"]
    named = {(command, _name(each)) for each in documents for command in _commands(each)}
    assert {(command, where) for command, where in named if command not in targets} == set()


def test_readme_names_the_commands_that_matter() -> None:
    """A reader finds how to see it, test it and check it."""
    said = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {each for each in ("demo", "test") if f"make {each}" not in said} == set()
