"""The texts of notices: one file a version, and what each says of itself (R-32)."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from bailee.errors import InputError
from bailee.types.consent import Notice
from bailee.types.scope import Scope

_HEAD = {"covers", "material"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One version of a notice.

    Attributes:
        version: From 1.
        covers: The consents that can be given to it.
        material: Whether consents to an earlier version count no more.
        body: Markdown.
        text_hash: SHA-256 of the whole file; 32 bytes.
    """

    notice: Notice
    version: int
    covers: frozenset[Scope]
    material: bool
    body: str
    text_hash: bytes


def parse_text(name: str, raw: bytes) -> Text:
    """Read a notice file.

    Args:
        name: Of the file, such as ``use.1.md``.
        raw: Its bytes.

    Raises:
        InputError: The name, the head or the body is not as it should be.
    """
    notice, _, rest = name.removesuffix(".md").rpartition(".")
    head, separator, body = raw.decode().removeprefix("---\n").partition("\n---\n")
    said = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    known = notice in set(Notice) and rest.isdecimal() and int(rest) > 0
    scopes = said.get("covers", "").split(", ")
    if not (known and separator and body.strip() and set(said) == _HEAD):
        raise InputError(f"{name} is no notice.")
    if not set(scopes) <= set(Scope) or said["material"] not in {"yes", "no"}:
        raise InputError(f"The head of {name} says what no notice says.")
    return Text(
        notice=Notice(notice),
        version=int(rest),
        covers=frozenset(Scope(each) for each in scopes),
        material=said["material"] == "yes",
        body=body.strip() + "\n",
        text_hash=sha256(raw).digest(),
    )


@cache
def bundled() -> tuple[Text, ...]:
    """Every text that comes with bailee, oldest version first."""
    folder = files("bailee.household.notices")
    found = (each for each in folder.iterdir() if each.name.endswith(".md"))
    texts = [parse_text(each.name, each.read_bytes()) for each in found]
    return tuple(sorted(texts, key=lambda text: (text.notice, text.version)))


def notice_for(scope: Scope, *, child: bool) -> Notice:
    """The notice that a consent is given to: to use, for a child, the one to its parents."""
    if scope is Scope.USE and child:
        return Notice.CHILDREN
    return Notice(scope.value)
