"""How uploads say no, where that is more than any other no."""

from bailee.clock import iso
from bailee.errors import ConflictError, GoneError, InputError, UnavailableError, UnknownError


class NoUploadError(UnknownError):
    """There is none, it is somebody else's, or whom it was about is gone."""

    def __init__(self) -> None:
        super().__init__("There is no such upload.", hint="Begin a new one.")


class UploadEndedError(GoneError):
    """It was given up, refused, or nothing came for too long. Its bytes are gone."""

    def __init__(self, ended_ms: int) -> None:
        super().__init__("This upload", erasure_id=None, since=iso(ended_ms))
        self.hint = "Begin a new one."


class OffsetError(ConflictError):
    """Bytes were sent for another place than the one where it goes on."""

    def __init__(self, offset_bytes: int) -> None:
        super().__init__(
            "These bytes do not begin where this upload goes on.",
            hint=f"Send the bytes from {offset_bytes} on.",
        )


class UploadBusyError(ConflictError):
    """Another request is writing to it, or taking it into custody."""

    def __init__(self) -> None:
        super().__init__(
            "Another request is at work on this upload.", hint="Wait a moment, then repeat."
        )


class TooManyUploadsError(ConflictError):
    """One depositor has as many under way as they may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"There are {most} uploads of yours under way already.",
            hint="Finish one or give one up, then begin another.",
        )


class TooLargeError(InputError):
    """It is larger than bailee takes, or than it was said to be."""


class ChecksumError(InputError):
    """What arrived is not what was sent; none of it was kept."""

    def __init__(self) -> None:
        super().__init__(
            "What arrived does not have the checksum it was sent with.",
            hint="Send the same bytes again: none of this request was kept.",
        )


class NoRoomError(UnavailableError):
    """The disk has no room for it. What was acknowledged is kept."""

    def __init__(self) -> None:
        super().__init__(
            "There is no room for this on the disk.",
            hint="Free some space, then go on: what was acknowledged is kept.",
        )
