"""The routes, one noun a file: parse, ask who calls, call a service, answer."""

from bailee.api.routes import (
    factors,
    households,
    invitations,
    passkeys,
    password,
    session,
    sessions,
    sign_in,
)

ROUTERS = (
    sign_in.router,
    session.router,
    sessions.router,
    factors.router,
    passkeys.router,
    password.router,
    invitations.router,
    households.router,
)
"""In the order of the contract."""
