"""A code for the first household: it stands on the terminal of the machine, and nowhere else.

Who knows it can read what the machine that holds the vault prints, and so runs it. It is made anew
at each start, kept in memory alone, and has 80 random bits; guesses count with the guard.
"""

from hmac import compare_digest

from bailee.identity.entering import admit
from bailee.identity.errors import SignInError
from bailee.identity.parts import Parts
from bailee.identity.recovery import bare, new_code
from bailee.types.sign_in import Client


class SetUpCode:
    """One a process. What it opens, and when no longer, is its door's to say."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._code = new_code()

    def show(self) -> str:
        """The code, for the terminal alone."""
        return self._code

    def prove(self, given: str, client: Client) -> None:
        """Whether *given* (untrusted) is it.

        Raises:
            SignInError: It is not.
            TooManyError: The guard refuses to look.
        """
        parts = self._parts
        charges = admit(parts, client, lookup=None, known_device=None, complete=True)
        known, said = bare(self._code).encode(), bare(given).encode("utf-8", "replace")
        if not compare_digest(known, said):
            raise SignInError
        parts.database.write(lambda c: parts.guard.record(c, charges, succeeded=True))
