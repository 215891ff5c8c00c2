"""Which duty is served where: `docs/compliance/coverage.md`, from the R-numbers cited.

A docstring or a comment that names a duty as R-nn claims to serve it; a test that names it claims
to show it. A place is a file and the function or class that holds the citation, never a line, so
that the document changes when the claim does and not with every edit.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tools import generated
from tools.generated import DOCS, ROOT

PAGE = DOCS / "compliance" / "coverage.md"
CITATION = re.compile(r"\bR-(\d\d)\b")

TITLES = {
    1: "Every store and class of data is registered",
    2: "Each artefact knows its owner, purpose, consent, capture and expiry",
    3: "Derivation is recorded, and can be closed over",
    4: "What deletion does to a model is a policy: spare, destroy or strict",
    5: "A location is out of scope only if unlinkable and coarse",
    6: "Nothing about a child without verifiable parental consent",
    7: "Separate scopes of consent, all off but the first",
    8: "Affirmative express consent, and nothing that merely looks like it",
    9: "What was collected to ask for consent goes when none comes",
    10: "A neutral age screen",
    11: "A child's voice to answer one request, then nothing",
    12: "Refusing further use and ordering deletion are two acts",
    13: "See, hear and delete from every door, by date, device and person",
    14: "Delete by voice",
    15: "One erasure path, verified, with an outcome for each part",
    16: "Requests and answers kept five years, without content",
    17: "A legal hold stops destruction and never re-enables use",
    18: "Unused child profiles are found, then deleted",
    19: "One table drives the retention sweep and the published policy",
    20: "A training gate, and snapshots named by their manifest",
    21: "A register of models, with retraining and destruction",
    22: "Staff see a recording for one of five reasons, and never by default",
    23: "Each viewing is logged, visible to the owner, and watched",
    24: "Access reviews at least every twelve months",
    25: "Customers' sign-in withstands stolen and guessed passwords",
    26: "Encrypted under keys of each person; an end-to-end mode",
    27: "Privacy zones and audio-off apply before storage",
    28: "A register of legal process",
    29: "An order's stages, with deadlines from entry",
    30: "Duties that recur, and duties after an incident",
    31: "Covered incidents and their report",
    32: "Notices from the live policy, with proof of delivery",
    33: "The location programme",
    34: "Refunds, to the cent",
    35: "Evidence packs",
    36: "Vendors: written assurance before anything is released",
    37: "Every public claim is linked to a check that passes",
}

Citations = dict[int, list[str]]


def _scopes(tree: ast.AST, prefix: str = "") -> Iterator[tuple[int, int, str]]:
    """First line, last line and qualified name of each class and function, outer ones first."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = prefix + node.name
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            yield first, node.end_lineno or node.lineno, name
            yield from _scopes(node, f"{name}.")
        else:
            yield from _scopes(node, prefix)


def cited_in(source: str) -> set[tuple[int, str]]:
    """Each duty cited in a module's text, and the innermost name that holds it ("" = module)."""
    scopes = list(_scopes(ast.parse(source)))
    found = set()
    for number, line in enumerate(source.splitlines(), start=1):
        for duty in CITATION.findall(line):
            holders = [name for first, last, name in scopes if first <= number <= last]
            found.add((int(duty), holders[-1] if holders else ""))
    return found


def citations(folder: Path) -> Citations:
    """Places that cite each duty under *folder*, sorted, as `path::qualified.name`.

    Raises:
        ValueError: A duty is cited that does not exist.
    """
    places: defaultdict[int, set[str]] = defaultdict(set)
    for file in folder.rglob("*.py"):
        path = file.relative_to(folder).as_posix()
        for duty, name in cited_in(file.read_text(encoding="utf-8")):
            if duty not in TITLES:
                raise ValueError(f"{path} cites R-{duty:02}, which does not exist")
            places[duty].add(f"{path}::{name}" if name else path)
    return {duty: sorted(found) for duty, found in places.items()}


def status(*, code: bool, tests: bool) -> str:
    """What the citations amount to."""
    if code and tests:
        return "served"
    return "partly" if code or tests else "not served yet"


def _cell(places: list[str]) -> str:
    return "<br>".join(f"`{each}`" for each in places) or "—"


def _row(duty: int, code: Citations, tests: Citations) -> str:
    says, shows = code.get(duty, []), tests.get(duty, [])
    standing = status(code=bool(says), tests=bool(shows))
    return f"| R-{duty:02} | {TITLES[duty]} | {standing} | {_cell(says)} | {_cell(shows)} |"


def _summary(code: Citations, tests: Citations) -> str:
    standings = [status(code=duty in code, tests=duty in tests) for duty in TITLES]
    counts = [f"{standings.count(each)} {each}" for each in ("served", "partly", "not served yet")]
    return f"Of {len(TITLES)} duties: {', '.join(counts)}."


def page(src: Path = ROOT / "src", tests: Path = ROOT / "tests") -> str:
    """The whole document."""
    says, shows = citations(src), citations(tests)
    return "\n".join(
        [
            "# Which duty is served where",
            "",
            "Generated by `make docs` from the R-numbers cited in `src/` and `tests/`.",
            "",
            "*Served*: code claims it and a test shows it. *Partly*: only one of the two. A claim",
            "here is about the part of a duty that the cited place describes; read it there.",
            "Nothing here is legal advice.",
            "",
            _summary(says, shows),
            "",
            "| duty | in short | standing | code, in `src/` | tests, in `tests/` |",
            "|---|---|---|---|---|",
            *(_row(duty, says, shows) for duty in TITLES),
            "",
        ]
    )


if __name__ == "__main__":
    generated.main({PAGE: page})
