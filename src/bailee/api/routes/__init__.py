"""The routes, one noun a file: parse, ask who calls, call a service, answer."""

from bailee.api.routes import households

ROUTERS = (households.router,)
"""In the order of the contract."""
