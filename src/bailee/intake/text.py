"""Is it text?"""

import codecs
import json

HEAD_BYTES = 1 << 20
"""So much speaks for the rest of a text; JSON is told only within it."""
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


def is_text(head: bytes) -> bool:
    """Whether *head*, the first bytes of a file, is UTF-8 without control characters.

    A character that the end of *head* cuts in two is no fault.
    """
    if _CONTROL.intersection(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def is_json(text: bytes) -> bool:
    """Whether *text*, a whole file, is one JSON object or array."""
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
