"""The catalogues of the pages: every text there is, in every language there are words in.

    python -m tools.words              # bring each src/bailee/web/catalogue/*.po up to date
    python -m tools.words --check      # each has every text, and each of its placeholders

Texts come from templates and modules of `bailee.web` (marked by `_(…)` and its kin), from the
errors of the rooms below that say the same each time, and from what the policies say they do.
Another language is one file: `touch src/bailee/web/catalogue/sv.po`, run this, fill it in.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bailee.rules.cedar import policies_text
from bailee.rules.gate_clause import clauses_of
from bailee.rules.retention import DEFAULT_POLICY

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/bailee"
CATALOGUE = SOURCE / "web/catalogue"
_ROOMS = ("custody", "household", "identity", "types")
_MOST_TOLD = 20
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "n": (1, 2),
    "_n": (1, 2),
}
_HELD = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{\w+\}")
Text = str | tuple[str, ...]


def main() -> None:
    check = "--check" in sys.argv[1:]
    texts = dict(_texts())
    wrong = 0
    for path in sorted(CATALOGUE.glob("*.po")):
        if not check:
            _write(path, texts)
        faults = list(_faults(path, texts))
        wrong += len(faults)
        for fault in faults[:_MOST_TOLD]:
            print(f"{path.relative_to(ROOT)}: {fault}")
        if len(faults) > _MOST_TOLD:
            print(f"{path.relative_to(ROOT)}: and {len(faults) - _MOST_TOLD} more")
    sys.exit(1 if wrong and check else 0)


def _texts() -> Iterator[tuple[Text, list[str]]]:
    """Every text, with where it stands; in the order of the files."""
    found: dict[Text, set[str]] = {}
    for text, where in (*_of_pages(), *_of_errors(), *_of_rules()):
        found.setdefault(text, set()).add(where)
    yield from ((text, sorted(places)) for text, places in found.items())


def _of_pages() -> Iterator[tuple[Text, str]]:
    methods = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
    options = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
    for name, _line, text, _comments, _context in extract_from_dir(
        SOURCE / "web", methods, options, keywords=_KEYWORDS
    ):
        if text:
            yield text, f"web/{name}"


def _of_errors() -> Iterator[tuple[Text, str]]:
    """Messages and hints of errors that are the same each time."""
    for room in _ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _raises(node.func):
                    said = [
                        *node.args,
                        *(each.value for each in node.keywords if each.arg == "hint"),
                    ]
                    for text in filter(None, map(_sentence, said)):
                        yield text, path.relative_to(SOURCE).as_posix()


def _sentence(said: ast.expr) -> str:
    """A text that is the same each time; "" for one that is put together, and for a mere word."""
    value = said.value if isinstance(said, ast.Constant) else ""
    return value if isinstance(value, str) and " " in value else ""


def _raises(called: ast.expr) -> bool:
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name.endswith("Error")


def _of_rules() -> Iterator[tuple[Text, str]]:
    for clause in clauses_of(policies_text()):
        yield clause.says, "rules/cedar"
    for row in DEFAULT_POLICY.values():
        yield row.purpose, "rules/retention.py"
        yield row.need, "rules/retention.py"


def _write(path: Path, texts: dict[Text, list[str]]) -> None:
    """Old words stay with their texts, new texts come without any, gone ones go."""
    locale = Locale.parse(path.stem)
    old = _read(path)
    fresh = Catalog(locale=locale, fuzzy=False)
    for text, places in texts.items():
        known = old.get(_key(text))
        words = known.string if known is not None and _fits(text, known) else ""
        fresh.add(text, string=words or _nothing(text, fresh), locations=[(p, 0) for p in places])
    with path.open("wb") as file:
        file.write(
            b'msgid ""\nmsgstr ""\n"Language: %s\\n"\n'
            b'"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: %s\\n"\n\n'
            % (path.stem.encode(), fresh.plural_forms.encode())
        )
        write_po(file, fresh, width=100, omit_header=True, sort_by_file=False, include_lineno=False)


def _nothing(text: Text, catalogue: Catalog) -> Text:
    return ("",) * catalogue.num_plurals if isinstance(text, tuple) else ""


def _fits(text: Text, known: Message) -> bool:
    return isinstance(text, tuple) == isinstance(known.string, tuple)


def _faults(path: Path, texts: dict[Text, list[str]]) -> Iterator[str]:
    """What is missing, left over, or says something else than it should."""
    known = _read(path)
    for text in texts:
        message = known.pop(_key(text), None)
        words = message.string if message is not None else ""
        forms = words if isinstance(words, (tuple, list)) else (words,)
        if message is None or not all(forms):
            yield f"no words for {_key(text)!r}"
            continue
        for number, form in enumerate(forms):
            if _holds_other(_form(text, number), form or ""):
                yield f"other placeholders in the words for {_key(text)!r}"
    for left in known:
        yield f"words for a text that is nowhere: {left!r}; run `python -m tools.words`"


def _form(text: Text, number: int) -> str:
    """The English that a form stands for: one, or many."""
    return text[min(number, 1)] if isinstance(text, tuple) else text


def _holds_other(text: str, words: str) -> bool:
    """Whether *words* hold other placeholders than *text*; a number may be left to the words."""
    held, found = set(_HELD.findall(text)), set(_HELD.findall(words))
    return not found <= held or any("(n" not in each for each in held - found)


def _read(path: Path) -> dict[str, Message]:
    with path.open("rb") as file:
        return {_key(each.id): each for each in read_po(file, locale=path.stem) if each.id}


def _key(text: object) -> str:
    return text[0] if isinstance(text, (tuple, list)) else str(text)


if __name__ == "__main__":
    main()
