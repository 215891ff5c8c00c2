"""Bodies of JSON, judged before anything else reads them: untrusted, and not to be a bomb.

What passes is one reading only: no name twice in an object (RFC 8259 §4 leaves open which counts),
no half of a character, no NUL, no number that is none. So whatever lies below sees what was meant.
"""

import json
import re
from typing import Any, NoReturn

from bailee.api.problems import INPUT, ProblemError

MOST_NESTED = 32
_LONGEST_NUMBER = 400
"""Digits; no field of the contract has more than 20."""
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_NUMBER = re.compile(rb"[0-9]{%d}" % (_LONGEST_NUMBER + 1))


def require_sound(body: bytes) -> None:
    """Refuse what is not JSON, or JSON with two readings.

    Raises:
        ProblemError: With no word of the body in it.
    """
    bare = _STRING.sub(b'""', body)
    if _depth(bare) > MOST_NESTED:
        raise _refused(f"It is nested more than {MOST_NESTED} deep.")
    if _NUMBER.search(bare):
        raise _refused("It has a number that is longer than any that fits.")
    try:
        found = json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _refused("It is not JSON in UTF-8.") from None
    _require_text(found)


def _depth(bare: bytes) -> int:
    """No less than how deep it is nested; only counted out where it might be too deep."""
    deepest = bare.count(b"[") + bare.count(b"{")
    if deepest <= MOST_NESTED:
        return deepest
    deepest = depth = 0
    for each in _BRACKET.finditer(bare):
        depth += 1 if each[0] in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refused("An object has the same name twice.")
    return found


def _no_number(_word: str) -> NoReturn:
    raise _refused("It has a number that is none.")


def _require_text(found: object) -> None:
    if isinstance(found, str):
        require_text(found)
    elif isinstance(found, list):
        for each in found:
            _require_text(each)
    elif isinstance(found, dict):
        for name, value in found.items():
            require_text(name)
            _require_text(value)


def require_text(text: str) -> None:
    """Refuse NUL and halves of characters, which no database and no UTF-8 can hold."""
    if "\0" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise _refused("It has a text with a sign in it that is no character.")


def _refused(why: str) -> ProblemError:
    return ProblemError(INPUT, f"The body is refused. {why}", hint="See the contract.")
