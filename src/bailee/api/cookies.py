"""The cookies a browser is given: its session, that it was here before, a ceremony under way.

All are `__Host-`: this host alone, over TLS alone (browsers count http://localhost as such), never
readable by scripts, never sent along from another site.
"""

from fastapi import Response

from bailee.identity import Entered, Settings

SESSION = "__Host-bailee-session"
DEVICE = "__Host-bailee-device"
TICKET = "__Host-bailee-ticket"
"""Of a passkey ceremony under way."""


def put(response: Response, name: str, value: str, *, max_age_s: int) -> None:
    """Set a cookie; with an empty *value* or no age it ends."""
    response.set_cookie(
        name,
        value,
        max_age=max_age_s,
        path="/",
        secure=True,
        httponly=True,
        samesite="strict",
    )


def end(response: Response, name: str) -> None:
    """Take a cookie back."""
    put(response, name, "", max_age_s=0)


def let_in(response: Response, entered: Entered, settings: Settings) -> None:
    """Give a browser what it needs to stay signed in, and to be known again for a year."""
    session = entered.session
    put(
        response,
        SESSION,
        entered.token,
        max_age_s=(session.expires_ms - session.used_ms) // 1000,
    )
    if entered.device_cookie:
        put(
            response,
            DEVICE,
            entered.device_cookie,
            max_age_s=settings.known_device_ms // 1000,
        )


def let_go(response: Response) -> None:
    """Take back all that signs a browser in.

    That it was here before it keeps: it opens nothing, and spares its owner a notice.
    """
    end(response, SESSION)
    end(response, TICKET)
