"""Styles, scripts and icons: read once, named by what they hold, compressed once.

An address contains the hash of what it names, so that a browser may keep it for ever and never has
an old one. Nothing here is anybody's: it is what a wheel carries.
"""

import gzip
import re
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
_IMPORT = re.compile(rb'"\./([a-z_]+\.js)"')


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
        linked = Linker(dict(_walk(files("bailee.web") / "static")))
        paths = {name: _named(name, body) for name, body in linked.bodies.items()}
        by_path = {paths[name]: _asset(name, body) for name, body in linked.bodies.items()}
        return cls(by_path=by_path, paths=paths)

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


class Linker:
    """Modules with their imports (`from "./other.js"`) under hashed names, the imported first.

    So a module's own name changes with whatever it imports, however far down.
    """

    def __init__(self, found: Mapping[str, bytes]) -> None:
        self._found = found
        self.bodies: dict[str, bytes] = {}
        for name in found:
            self._link(name, ())

    def _link(self, name: str, within: tuple[str, ...]) -> bytes:
        assert name not in within, f"modules import each other in a circle: {within}"
        if name not in self.bodies:
            body = self._found[name]
            if name.startswith("js/"):
                body = _IMPORT.sub(lambda found: self._renamed(found, (*within, name)), body)
            self.bodies[name] = body
        return self.bodies[name]

    def _renamed(self, found: re.Match[bytes], within: tuple[str, ...]) -> bytes:
        other = f"js/{found[1].decode()}"
        hashed = _named(other, self._link(other, within)).removeprefix("js/")
        return f'"./{hashed}"'.encode()


def _asset(name: str, body: bytes) -> Asset:
    zipped = gzip.compress(body, 9, mtime=0)
    smaller = len(zipped) < len(body) * 0.9
    return Asset(body=body, zipped=zipped if smaller else None, content_type=_TYPES[_suffix(name)])


def _suffix(name: str) -> str:
    return name[name.rfind(".") :]
