"""How signing in says no. One text for every reason, so that nothing can be told from it."""

import math

from bailee.errors import BaileeError, ConflictError, DeniedError, InputError, UnavailableError


class SignInError(BaileeError):
    """Nobody was signed in (HTTP 401). It never says which part was wrong, or that one was not."""

    exit_code = 3

    def __init__(self) -> None:
        super().__init__(
            "That did not work: the name, the password or the second factor is not right.",
            hint="Check all of them and begin again.",
        )


class TogetherError(BaileeError):
    """HTTP 401: while many are being attacked, a password alone is not looked at, anybody's."""

    exit_code = 3

    def __init__(self) -> None:
        super().__init__(
            "Someone is trying many passwords on this service, so a password alone is not looked "
            "at now.",
            hint="Give the password and the code together, or use a passkey.",
        )


class TooManyError(UnavailableError):
    """Too many attempts (HTTP 429). The same for names that exist and names that do not."""

    def __init__(self, wait_ms: int) -> None:
        self.retry_after_s = max(1, math.ceil(wait_ms / 1000))
        super().__init__(
            "There were too many attempts.",
            hint=f"Try again in {_told(self.retry_after_s)}.",
        )


class StepUpError(DeniedError):
    """The session is good, and this needs the second factor once more."""

    def __init__(self) -> None:
        super().__init__(
            "This needs your second factor once more.",
            hint="Confirm with your passkey or a code, then repeat.",
            policy="step-up",
        )


class PasswordRefusedError(InputError):
    """A new password is not good enough."""


class FactorRefusedError(InputError):
    """A second factor could not be set up: what was sent does not prove that it works."""

    def __init__(self) -> None:
        super().__init__(
            "The second factor was not set up: what was sent does not prove that it works.",
            hint="Check the clock of the device, begin the set-up again, and confirm it at once.",
        )


class LastFactorError(ConflictError):
    """Without it nobody could sign in."""

    def __init__(self) -> None:
        super().__init__(
            "This is your last second factor.", hint="Set up another one first, then remove it."
        )


def _told(seconds: int) -> str:
    return "a second" if seconds == 1 else f"{seconds} seconds"
