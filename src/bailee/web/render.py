"""Pages and parts of pages from templates, with the headers that keep them to themselves."""

from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bailee.api.cookies import end
from bailee.web import nouns
from bailee.web.assets import Assets
from bailee.web.helps import help_for
from bailee.web.said import COOKIE, Said
from bailee.web.visit import Visit
from bailee.web.words import Words, languages, words_in

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere (CSP level 3)."""
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Vary": "HX-Request",
}


def page(visit: Visit, template: str, /, *, status: int = 200, **values: Any) -> Response:
    """A whole page; says what the page before left to be said."""
    response = _html(visit, template, status, values)
    if visit.said is not None:
        end(response, COOKIE)
    return response


def part(visit: Visit, template: str, /, *, status: int = 200, **values: Any) -> Response:
    """A part of a page that htmx puts in."""
    return _html(visit, template, status, values)


def go(visit: Visit, path: str, said: Said | str | None = None) -> Response:
    """On to *path* after a form, saying *said* there."""
    response: Response
    if visit.is_htmx:
        response = Response(status_code=204, headers={"HX-Redirect": path})
    else:
        response = RedirectResponse(path, status_code=303)
    if said is not None:
        (Said(text=said) if isinstance(said, str) else said).leave(response)
    return response


def _html(visit: Visit, template: str, status: int, values: dict[str, Any]) -> Response:
    body = (
        _templates(visit.words.language)
        .get_template(template)
        .render(visit=visit, path=visit.request.url.path, **values)
    )
    return HTMLResponse(body, status_code=status, headers=_HEADERS)


@cache
def _templates(language: str) -> Environment:
    """An environment a language: texts that never change are looked up when it is compiled."""
    words = words_in(language)
    found = Environment(
        loader=PackageLoader("bailee.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found.install_gettext_callables(  # type: ignore[attr-defined]  # the extension's
        words.gettext, words.ngettext, newstyle=True
    )
    found.globals |= {
        "asset": Assets.here().url,
        "help_for": help_for,
        "words": words,
        "languages": languages(),
        "language_name": language_name,
        **{name: _bound(function, words) for name, function in nouns.HELPERS.items()},
    }
    found.filters |= {"number": words.number, "listed": words.listed, "size": words.size}
    return found


def language_name(language: str) -> str:
    """A language's own name, as its readers look for it."""
    locale = words_in(language).locale
    return (locale.language_name or language).capitalize()


def _bound(function: Callable[..., Any], words: Words) -> Callable[..., Any]:
    return lambda *values: function(words, *values)
