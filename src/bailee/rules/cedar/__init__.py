"""The policies: what the gate reads, in Cedar, one file a concern, for a lawyer to read.

Each policy has an ``@id`` and, right above it, a comment that says in plain words what it does and
which clause asks for it. What only opens is in `household`, and at the top of `operator`, `device`
and `link`; everything else is a safeguard, a ``forbid``, which no other policy can undo. Words and
facts are declared in ``schema.cedarschema``.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable

FOLDER: Traversable = files(__name__)
CASES: Traversable = FOLDER / "tests"
"""Policy tests, in files that a lawyer can read too."""

CONCERNS = (
    "account",
    "staff",
    "device",
    "voice",
    "link",
    "guest",
    "signin",
    "children",
    "purpose",
    "rights",
    "consent",
    "hold",
    "operator",
    "household",
)
"""The files, in the order in which their policies are named where several decide."""


def schema_text() -> str:
    """What a policy may speak of."""
    return (FOLDER / "schema.cedarschema").read_text(encoding="utf-8")


def policies_text() -> str:
    """All policies, in the order of `CONCERNS`."""
    return "\n".join((FOLDER / f"{each}.cedar").read_text(encoding="utf-8") for each in CONCERNS)
