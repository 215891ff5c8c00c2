"""What the OpenAPI document says of every operation alike: how it says no, and who may call.

FastAPI writes what each route takes and answers; here its own shape of errors is replaced by ours.
"""

from typing import Any

from bailee.api.callers import CSRF_HEADER
from bailee.api.once import HEADER as ONCE_HEADER
from bailee.api.once import UNKEPT
from bailee.api.problems import MEDIA_TYPE, SORTS

ABOUT = """\
Custody for what microphones, cameras and phones record at home.

**Saying no.** Every answer that is not 2xx is a problem document (RFC 9457). Its `type` leads to what
it means: `GET /v1/problems/{name}`.

**Words.** Times are RFC 3339, ids are opaque. A field that nobody knows is refused, and nothing of
the request is done.

**Who calls.** A program sends `Authorization: Bearer …` with a session's, a device's or a shared
link's token. A browser has its session in a cookie and sends the session's `csrf` in `X-CSRF-Token`
with every write.

**Once.** A `POST` of somebody signed in, or of a device, may carry an `Idempotency-Key`: repeated
within a day it is done once and answered the same, with `Idempotency-Replayed: true`. One that was
cut short answers 409: look before you go on.

**Limits.** A body of JSON has at most 64 KiB and is nested at most 32 deep, and no object has the same
name twice. Whoever fails to sign in too often waits as long as `Retry-After` says.
"""

TAGS = (
    {"name": "signing in", "description": "A name, a password and a second factor; or a passkey."},
    {"name": "household", "description": "Its people, and what each may do."},
    {"name": "devices", "description": "What records, and the tokens it hands in with."},
    {"name": "consent", "description": "What each agreed to, after being shown what."},
    {"name": "recordings", "description": "Handing in, finding, seeing and hearing."},
    {"name": "erasures", "description": "Forgetting, for good, with a receipt."},
    {"name": "retention", "description": "How long what is kept."},
    {"name": "history", "description": "Who looked, and what else happened."},
    {"name": "places", "description": "Where phones were, and what places are called."},
    {"name": "links", "description": "Showing one thing to somebody outside, for a while."},
    {"name": "messages", "description": "The inbox, and where else messages go."},
    {"name": "ledger", "description": "The log of all that was done, which anybody can check."},
    {"name": "watching over it", "description": "For whoever runs the machine."},
    {"name": "about", "description": "What the API says of itself."},
)
PUBLIC = frozenset(
    {
        "accept_invitation",
        "ask_for_passkey",
        "ask_reset",
        "describe_uploads",
        "explain_problem",
        "finish_by_code",
        "finish_by_recovery",
        "list_notices",
        "show_checkpoint",
        "show_live",
        "show_metrics",
        "show_notice",
        "show_public_retention",
        "show_ready",
        "sign_in",
        "sign_in_with_passkey",
        "use_reset",
    }
)
"""Operations that need nobody to be signed in."""

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Why not, and what to do (RFC 9457).",
    "required": ["type", "title", "status", "detail", "hint"],
    "properties": {
        "type": {
            "type": "string",
            "description": "The sort of problem.",
            "enum": [f"/v1/problems/{name}" for name in SORTS],
        },
        "title": {"type": "string", "description": "The same for all of the sort."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What happened."},
        "hint": {"type": "string", "description": "What to do."},
        "policy": {"type": "string", "description": "The policy that decided."},
        "erasure": {"type": "string", "description": "Under which it was forgotten."},
        "receipt": {"type": "string", "description": "Where the receipt of that is."},
        "request": {"type": "string", "description": "Under which the operator's log has it."},
        "retry_after_s": {"type": "integer", "minimum": 0},
        "late": {"type": "array", "items": {"type": "string"}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "what"],
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
}
_REFUSED = {
    "description": "A problem.",
    "content": {
        MEDIA_TYPE: {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "example": {
                "type": "/v1/problems/unknown",
                "title": "There is no such thing",
                "status": 404,
                "detail": "There is no such household.",
                "hint": "It is not here, or whoever asks may not know that it is.",
            },
        }
    },
}
_ONCE = {
    "name": ONCE_HEADER,
    "in": "header",
    "required": False,
    "description": "Makes a repetition harmless.",
    "schema": {"type": "string", "maxLength": 255},
    "example": '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
}
_CSRF = {
    "name": CSRF_HEADER,
    "in": "header",
    "required": False,
    "description": "The session's `csrf`: needed where the session is in a cookie.",
    "schema": {"type": "string"},
}
_UNSAFE = ("post", "put", "patch", "delete")


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The framework's *document*, with what holds for all."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(method, operation, once=path not in UNKEPT)
    return document


def _complete(method: str, operation: dict[str, Any], *, once: bool) -> None:
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422", "")):
        del responses["422"]
    responses["default"] = _REFUSED
    if operation["operationId"] in PUBLIC:
        operation.pop("security", None)
    if method in _UNSAFE and "security" in operation:
        more = [_CSRF, _ONCE] if method == "post" and once else [_CSRF]
        operation["parameters"] = [*operation.get("parameters", []), *more]
