"""A guide as text: its commands, and what an answer has to look like.

Ids, tokens, secrets, codes and cursors stand for others of their shape, and a time for any time. A
line `…` stands for any lines, and `…` in a line for any text. All the rest must be so, to the word
and to the number.
"""

import re
import shlex

from cli.transcript import Typed

_BLOCK = re.compile(r"^```(?:console|shell-session)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SHELL_BLOCK = re.compile(r"^```shell-session\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_WORD = r"[A-Za-z0-9_-]"
_SLOTS = {
    "id": r"\b(?:acc|art|chn|dev|era|lnk|msg|per|pky|rec|ses|tok)_[a-z2-7]{16}\b",
    "token": rf"(?<!{_WORD})(?:bailee_(?:dev|log)_)?{_WORD}{{43}}(?!{_WORD})",
    "secret": r"(?<![A-Z2-7])[A-Z2-7]{32}(?![A-Z2-7])",
    "recovery": r"\b(?:[a-z2-7]{4}-){3}[a-z2-7]{4}\b",
    "upload": r"(?<=/uploads/)[A-Za-z0-9_+-]+",
    "cursor": r'(?<="next": ")(?!code|done|set-up)[^"]+',
    "time": r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?\b",
    "print": r"\b(?:[0-9A-F]{2}:){15}[0-9A-F]{2}\b",
    "key": r"bailee\.invalid/[0-9a-f]{32}(?:\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+)?",
}
_SLOT = re.compile("|".join(f"(?P<{name}>{each})" for name, each in _SLOTS.items()))
_FLEETING = {"time", "print", "key"}
"""What only has to look like itself: it is typed nowhere, or is another each time."""


def typed_in(text: str, *, shell_alone: bool = False) -> list[Typed]:
    """The commands of a document's blocks, in order.

    Args:
        text: The document.
        shell_alone: Only `shell-session` blocks: those of a document whose `console` blocks are
            typed elsewhere, without a server.
    """
    found = []
    for block in (_SHELL_BLOCK if shell_alone else _BLOCK).findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            ends = next(at for at in range(1, len(lines) + 1) if _is_whole("\n".join(lines[:at])))
            found.append(Typed("\n".join(lines[:ends]), "\n".join(lines[ends:])))
    return found


def _is_whole(command: str) -> bool:
    """Whether a shell would run it now, rather than wait for more of it."""
    try:
        shlex.split(command)
    except ValueError:
        return False
    return not command.endswith("\\")


def plain(text: str) -> str:
    """Without what carriage returns and widths of columns change."""
    lines = (re.sub(r"[ \t\r]+", " ", line).strip() for line in text.strip("\n").splitlines())
    return "".join(f"{line}\n" for line in lines)


def slots_of(promised: str) -> list[tuple[str, str]]:
    """The name of each group in the pattern of a promise, and what the guide shows there."""
    found = [each for each in _SLOT.finditer(promised) if each.lastgroup not in _FLEETING]
    return [(f"s{number}", each[0]) for number, each in enumerate(found)]


def pattern(promised: str) -> re.Pattern[str]:
    """What an answer has to look like."""
    number = 0
    text = ""
    for line in plain(promised).splitlines():
        if line == "…":
            text += r"(?:[^\n]*\n)*?"
            continue
        at = 0
        for slot in _SLOT.finditer(line):
            text += _literal(line[at : slot.start()])
            at = slot.end()
            assert slot.lastgroup is not None
            if slot.lastgroup in _FLEETING:
                text += f"(?:{_SLOTS[slot.lastgroup]})"
            else:
                text += f"(?P<s{number}>{_SLOTS[slot.lastgroup]})"
                number += 1
        text += _literal(line[at:]) + r"\n"
    return re.compile(text)


def _literal(text: str) -> str:
    return r"[^\n]*?".join(re.escape(each) for each in text.split("…"))
