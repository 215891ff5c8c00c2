"""The tus protocol for resumable uploads, version 1.0.0: its headers, read and written.

<https://tus.io/protocols/resumable-upload>, the core with `creation`, `creation-with-upload`,
`expiration`, `checksum` and `termination`. What is not said there is as everywhere in the API.
"""

import base64
import binascii
import re
from collections.abc import Callable, Coroutine
from email.utils import formatdate
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from bailee.api import problems
from bailee.api.problems import INPUT, MALFORMED, MEDIA, TUS_VERSION, ProblemError
from bailee.custody.tail import CHECKSUMS, Checksum
from bailee.errors import BaileeError, InputError
from bailee.types.upload import Upload

VERSION = "1.0.0"
BYTES = "application/offset+octet-stream"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
_NUMBER = re.compile(r"[0-9]{1,18}")
_PAIR = re.compile(r"([\x21-\x2b\x2d-\x7e]{1,40})(?: ([A-Za-z0-9+/=]*))?")
_MOST_PAIRS = 32


class TusRoute(APIRoute):
    """A route whose every answer, a problem too, says the protocol's version."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own, with the version in what it answers."""
        plain = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                require_version(request)
                answer = await plain(request)
            except BaileeError as error:
                answer = problems.answer(error)
            except RequestValidationError as error:
                answer = problems.invalid(error)
            answer.headers["Tus-Resumable"] = VERSION
            return answer

        return handle


def require_version(request: Request) -> None:
    """Raise `ProblemError` unless it speaks our version; `OPTIONS` need not say one."""
    if request.method != "OPTIONS" and request.headers.get("tus-resumable") != VERSION:
        refused = ProblemError(TUS_VERSION)
        refused.headers["Tus-Version"] = VERSION
        raise refused


def require_bytes(request: Request) -> None:
    """Raise `ProblemError` unless the body is said to be an upload's bytes."""
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if told != BYTES:
        raise ProblemError(MEDIA, hint=f"Send `Content-Type: {BYTES}`.")


def number(request: Request, header: str) -> int:
    """A count of bytes that a header says. Raises `ProblemError`."""
    told = request.headers.get(header, "")
    if not _NUMBER.fullmatch(told):
        raise ProblemError(INPUT, f"{header} is missing, or is no number of bytes.")
    return int(told)


def checksum(request: Request) -> Checksum | None:
    """What the body is said to hash to; None where nothing is said. Raises `ProblemError`."""
    told = request.headers.get("upload-checksum")
    if told is None:
        return None
    algorithm, _, encoded = told.partition(" ")
    try:
        return Checksum(algorithm=algorithm, digest=base64.b64decode(encoded, validate=True))
    except (InputError, binascii.Error):
        raise ProblemError(
            MALFORMED,
            "That Upload-Checksum is none.",
            hint=f"Use {' or '.join(CHECKSUMS)}, and the digest in Base64.",
        ) from None


def metadata(request: Request) -> dict[str, str]:
    """What `Upload-Metadata` says, by its keys. Raises `ProblemError`."""
    told = request.headers.get("upload-metadata", "")
    pairs = [each.strip() for each in told.split(",")] if told else []
    found: dict[str, str] = {}
    for each in pairs:
        match = _PAIR.fullmatch(each)
        if match is None or match[1] in found or len(found) == _MOST_PAIRS:
            raise _no_metadata()
        found[match[1]] = _text(match[2] or "")
    return found


def _text(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise _no_metadata() from None


def _no_metadata() -> ProblemError:
    return ProblemError(
        INPUT,
        "Upload-Metadata cannot be read.",
        hint="Send pairs of a key and its value in Base64, with commas between: "
        "`kind YXVkaW8=,name a2l0Y2hlbg==`.",
    )


def told(upload: Upload, account_id: str) -> dict[str, str]:
    """The headers that say how far an upload has come, and where what it became is."""
    headers = {
        "Upload-Offset": str(upload.offset_bytes),
        "Upload-Expires": formatdate(upload.expires_ms / 1000, usegmt=True),
        "Cache-Control": "no-store",
    }
    if upload.recording_id is not None:
        where = f"/v1/households/{account_id}/recordings/{upload.recording_id}"
        headers["Content-Location"] = where
    return headers
