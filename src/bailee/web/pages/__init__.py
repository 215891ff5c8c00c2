"""The pages, one noun a file: ask who looks, call a service, render."""

from bailee.web.pages import language, privacy, shell

ROUTERS = (
    shell.router,
    language.router,
    privacy.router,
    shell.lost,
)
"""A request is matched from the top; what nobody has is `lost`."""
