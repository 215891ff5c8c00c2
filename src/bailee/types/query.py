"""What to list, and one page of the answer."""

from dataclasses import dataclass

from bailee.types.ids import PersonId
from bailee.types.kind import Kind
from bailee.types.recording import Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Filters, in the user's words; None leaves one out.

    Attributes:
        account: Required with `person` or `device`, whose names mean something only inside one.
        person_ids: Recordings of one of these alone, by opaque id.
        from_ms: Recordings that end at or after it.
        begins_from_ms: Recordings that begin at or after it.
        to_ms: Recordings that begin at or before it.
        newest_first: The other way round; `after` is then of a page in that order.
        limit: 1 … 1000 recordings a page.
        after: The `next` of the page before; "" for the first.
    """

    account: str | None = None
    person: str | None = None
    device: str | None = None
    kind: Kind | None = None
    person_ids: tuple[PersonId, ...] | None = None
    from_ms: int | None = None
    begins_from_ms: int | None = None
    to_ms: int | None = None
    newest_first: bool = False
    limit: int = 100
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Recordings in the order that was asked for; `next` is "" on the last page."""

    recordings: tuple[Recording, ...]
    next: str
