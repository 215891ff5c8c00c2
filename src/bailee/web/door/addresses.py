"""Addresses to hand over: this house's own, as the reader's browser knows it."""

from urllib.parse import urlsplit

from bailee.web.visit import Visit


def address_of(visit: Visit, path: str, token: str = "") -> str:
    """A whole address of this site. A *token* stands in the fragment: no server is ever sent it."""
    fragment = f"#{token}" if token else ""
    return f"{_origin(visit)}{path}{fragment}"


def _origin(visit: Visit) -> str:
    """The configured one of this host: a proxy may speak TLS where this process does not."""
    here = visit.request.url
    for origin in visit.service.settings.origins:
        if urlsplit(origin).netloc == here.netloc:
            return origin
    return f"{here.scheme}://{here.netloc}"
