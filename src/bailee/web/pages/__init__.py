"""The pages, one noun a file: ask who looks, call a service, render."""

from bailee.web.pages import first_steps, keep, language, location, privacy, shell, tiles

ROUTERS = (
    shell.router,
    language.router,
    first_steps.router,
    privacy.router,
    keep.router,
    location.router,
    tiles.router,
    shell.lost,
)
"""A request is matched from the top; what nobody has is `lost`."""
