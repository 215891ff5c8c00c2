"""What was forgotten, told with the way to its receipt (style.md: gone is 410, with its receipt)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bailee.api.problems import GONE, ProblemError
from bailee.errors import GoneError
from bailee.types.ids import AccountId


def receipt_path(account_id: str, erasure_id: str) -> str:
    """Where the receipt of an erasure is."""
    return f"/v1/households/{account_id}/erasures/{erasure_id}/receipt"


@contextmanager
def with_receipt(account_id: AccountId | Callable[[], AccountId]) -> Iterator[None]:
    """Let a 410 say where its receipt is. *account_id* may be how to find it, should it be needed.

    Raises:
        ProblemError: For a `GoneError` by an erasure; what expired has no receipt.
    """
    try:
        yield
    except GoneError as error:
        if error.erasure_id is None:
            raise
        account = account_id() if callable(account_id) else account_id
        raise ProblemError(
            GONE,
            error.message,
            hint="`receipt` proves it.",
            erasure=error.erasure_id,
            receipt=receipt_path(account, error.erasure_id),
        ) from None
