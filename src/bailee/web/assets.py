"""Styles, scripts and icons: read once, named by what they hold, compressed once.

An address contains the hash of what it names, so that a browser may keep it for ever and never has
an old one. Nothing here is anybody's: it is what a wheel carries.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_HASH_CHARACTERS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file: its bytes, the same compressed (None where that gains nothing), its type."""

    body: bytes
    zipped: bytes | None
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """Every asset by its hashed path below ``/static/``, and the hashed path by the plain one."""

    by_path: Mapping[str, Asset]
    paths: Mapping[str, str]

    @classmethod
    @cache
    def here(cls) -> "Assets":
        """Those of this package."""
        found = dict(_walk(files("bailee.web") / "static"))
        paths = {name: _named(name, body) for name, body in found.items()}
        linked = {name: _linked(name, body, paths) for name, body in found.items()}
        return cls(by_path={paths[name]: _asset(name, linked[name]) for name in found}, paths=paths)

    def url(self, name: str) -> str:
        """The address of ``css/base.css`` and the like.

        Raises:
            KeyError: There is no such file; a page that names it is wrong.
        """
        return f"/static/{self.paths[name]}"

    def app(self) -> ASGIApp:
        """What answers below ``/static``."""
        return _Shelf(self)


class _Shelf:
    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix("/static/")
        asset = self._assets.by_path.get(path)
        if asset is None or scope["method"] not in {"GET", "HEAD"}:
            missing = Response(status_code=404 if asset is None else 405)
            await missing(scope, receive, send)
            return
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
        body = asset.body
        if asset.zipped is not None and "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = asset.zipped
        await Response(body, headers=headers, media_type=asset.content_type)(scope, receive, send)


def _walk(folder: Traversable, prefix: str = "") -> "list[tuple[str, bytes]]":
    found: list[tuple[str, bytes]] = []
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if each.is_dir():
            found += _walk(each, f"{prefix}{each.name}/")
        elif _suffix(each.name) in _TYPES:
            found.append((f"{prefix}{each.name}", each.read_bytes()))
    return found


def _named(name: str, body: bytes) -> str:
    stem, suffix = name.rsplit(".", 1)
    return f"{stem}.{sha256(body).hexdigest()[:_HASH_CHARACTERS]}.{suffix}"


def _linked(name: str, body: bytes, paths: Mapping[str, str]) -> bytes:
    """A module with its imports (`from "./other.js"`) under their hashed names."""
    if not name.startswith("js/"):
        return body
    text = body.decode()
    for plain, hashed in paths.items():
        if plain.startswith("js/"):
            old, new = plain.removeprefix("js/"), hashed.removeprefix("js/")
            text = text.replace(f'"./{old}"', f'"./{new}"')
    return text.encode()


def _asset(name: str, body: bytes) -> Asset:
    zipped = gzip.compress(body, 9, mtime=0)
    smaller = len(zipped) < len(body) * 0.9
    return Asset(body=body, zipped=zipped if smaller else None, content_type=_TYPES[_suffix(name)])


def _suffix(name: str) -> str:
    return name[name.rfind(".") :]
