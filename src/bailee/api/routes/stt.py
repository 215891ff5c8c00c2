"""Hearing a WAV that a device hands in: for OpenVoiceOS, and whatever else speaks HTTP (R-02).

What was said is in memory alone until the household's rules keep of it what they keep. Nothing of
a request that is refused is kept, nor of its answer under an idempotency key.
"""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response, Security
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from starlette.concurrency import run_in_threadpool

from bailee.api.bodies import Body
from bailee.api.callers import Caller, Knock, Knocked
from bailee.api.problems import MEDIA, ProblemError
from bailee.api.streams import BodyFile, coming_in, require_room
from bailee.errors import InputError, UnavailableError, UnknownError
from bailee.identity import SignInError
from bailee.intake.listening import Listening
from bailee.intake.wav import pcm_of
from bailee.types.endpoint import Endpoint, Way
from bailee.types.hearing import Engine
from bailee.types.ids import AccountId, DeviceId
from bailee.types.turn import Reply, Unheard

router = APIRouter(prefix="/stt", tags=["devices"])

_MOST_BYTES = 16 << 20
_WAVES = frozenset({"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"})
_basic = HTTPBasic(auto_error=False, description="Any name, and a device's token as the password.")
_WAV: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}},
        "description": "PCM of 8 to 48 kHz, 16 to 32 bits, one or two channels; two minutes, and "
        "16 MiB, at most.",
    }
}


class HeardShown(Body):
    """What was heard, and what came of it. With `asks`, whoever hands in listens on."""

    transcript: str
    answer: str
    asks: bool
    handled: bool


@router.post(
    "",
    openapi_extra=_WAV,
    response_model=HeardShown,
    responses={
        200: {
            "content": {"text/plain": {"schema": {"type": "string"}}},
            "description": "The transcript as text; with `Accept: application/json` all of it.",
        }
    },
)
async def hear(
    knock: Knocked,
    request: Request,
    basic: Annotated[HTTPBasicCredentials | None, Security(_basic)],
    lang: Annotated[
        str, Query(max_length=20, description="Such as en or en-us; the room's by default.")
    ] = "",
) -> Response:
    """Hear what is said in a WAV, do what it asks for, and answer with the words.

    A device's token says in which room it was: one that was set up to hand in sound.
    """
    length = require_room(request, _MOST_BYTES)
    with coming_in():
        reply = await run_in_threadpool(_heard, knock, basic, request, lang, length)
    if "application/json" not in request.headers.get("accept", ""):
        return PlainTextResponse(reply.transcript)
    shown = HeardShown(
        transcript=reply.transcript, answer=reply.answer, asks=reply.asks, handled=reply.handled
    )
    return JSONResponse(shown.model_dump())


def _heard(
    knock: Knock,
    basic: HTTPBasicCredentials | None,
    request: Request,
    lang: str,
    length: int | None,
) -> Reply:
    """In a worker: who is it, where is it, and only then what was said."""
    where = _where(knock, _device(knock, basic))
    _require_wave(request.headers.get("content-type", ""))
    engine = knock.service.voices.engine
    language = _language(lang, engine) or where.language
    pcm = pcm_of(BodyFile(request, most_bytes=length or _MOST_BYTES).read())
    room = knock.service.voices.room(where.account_id, where.device_id)
    listening = Listening(room, engine, clock=knock.service.vault.desk().clock, language=language)
    try:
        listening.feed(pcm)
        reply = listening.end()
    except BaseException:
        listening.drop()
        raise
    if listening.unheard is Unheard.FAILED:
        raise UnavailableError(
            "The recogniser did not answer.",
            hint="What was said is kept or gone, as the room is set. Say it again.",
        )
    return reply


def _device(knock: Knock, basic: HTTPBasicCredentials | None) -> Caller:
    """A device by its token, as Bearer or as a password. Raises as `Knock.device`."""
    if basic is None:
        return knock.device()
    if not basic.password:
        raise SignInError
    return replace(knock, bearer=basic.password).device()


def _where(knock: Knock, caller: Caller) -> Endpoint:
    assert caller.grant is not None
    account_id, device_id = AccountId(caller.grant.account_id), DeviceId(caller.grant.device_id)
    found = knock.service.household.endpoints.of(account_id, device_id)
    if found.way is not Way.POST:
        raise UnknownError(
            "That device does not hand in sound to be heard.",
            hint="Say so on its page under Listening: the device hands in sound.",
        )
    return found


def _language(lang: str, engine: Engine) -> str:
    """ISO 639-1 of what a client calls a language; "" where it leaves that to the room.

    Raises:
        InputError: Nobody here understands it.
    """
    short = lang.strip().lower().partition("-")[0].partition("_")[0]
    if short in {"", "auto"}:
        return ""
    if short not in engine.languages:
        raise InputError(
            "The recogniser does not understand that language.",
            hint=f"It understands: {', '.join(engine.languages)}.",
        )
    return short


def _require_wave(content_type: str) -> None:
    if content_type.partition(";")[0].strip().lower() not in _WAVES:
        raise ProblemError(MEDIA, "What was said comes as audio/wav.")
