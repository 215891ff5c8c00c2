"""The pages, one noun a file: ask who looks, call a service, render."""

from bailee.web.pages import (
    check,
    first_steps,
    forget,
    keep,
    language,
    location,
    privacy,
    receipts,
    shell,
    tiles,
)

ROUTERS = (
    shell.router,
    language.router,
    first_steps.router,
    privacy.router,
    keep.router,
    location.router,
    tiles.router,
    forget.router,
    receipts.router,
    check.router,
    shell.lost,
)
"""A request is matched from the top; what nobody has is `lost`."""
