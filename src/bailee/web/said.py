"""What one page leaves to be said on the next: a line, and perhaps a way to undo.

It travels in a cookie that the browser keeps for a minute and that no script can read or other host
set. It holds words and what a form would send; never a token.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Response

from bailee.api.cookies import put

COOKIE = "__Host-bailee-said"
_MOST_CHARACTERS = 2000
_FOR_S = 60
_LONGEST_PATH = 4000
"""A sentence that names a page of recordings; browsers tell no more of where they come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line.

    Attributes:
        text: What was done, in the reader's language.
        undo: Where to post `fields` to take it back; "" where nothing can.
    """

    text: str
    undo: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, cookie: str) -> "Said | None":
        """What a cookie says (untrusted: shown as text, posted with the reader's own form token)."""
        if not cookie or len(cookie) > _MOST_CHARACTERS:
            return None
        try:
            found = json.loads(base64.urlsafe_b64decode(cookie.encode()))
            text, undo, fields = found["text"], found["undo"], found["fields"]
        except (ValueError, KeyError, TypeError):
            return None
        ours = isinstance(undo, str) and (undo == "" or is_local(undo))
        if not (isinstance(text, str) and ours and isinstance(fields, dict)):
            return None
        return cls(text=text, undo=undo, fields={str(k): str(v) for k, v in fields.items()})

    def leave(self, response: Response) -> None:
        """Let the next page say it."""
        whole = {"text": self.text, "undo": self.undo, "fields": dict(self.fields)}
        value = base64.urlsafe_b64encode(json.dumps(whole).encode()).decode()
        put(response, COOKIE, value, max_age_s=_FOR_S)


def is_local(path: str) -> bool:
    """Whether *path* (untrusted) is a path of this site, and nothing a browser reads as another."""
    return (
        path.startswith("/")
        and not path.startswith(("//", "/\\", "/v1/"))
        and all(" " < each < "\x7f" and each != "\\" for each in path)
        and len(path) <= _LONGEST_PATH
    )
