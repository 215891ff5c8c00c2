"""The shell: what lets a browser install the pages as an app, and what it shows without a line.

The worker keeps styles, scripts, icons and one page that says that there is no line. It keeps no
other page and nothing that anybody recorded: those are asked for each time, or not had.
"""

import json
from hashlib import sha256

from fastapi import APIRouter, Response

from bailee.web.assets import Assets
from bailee.web.refusals import told
from bailee.web.render import page
from bailee.web.visit import Passing

router = APIRouter()
unknown = APIRouter()
"""After all others."""
_A_DAY = "public, max-age=86400"
_SHELL = (
    "css/tokens.css",
    "css/base.css",
    "js/app.js",
    "vendor/htmx.min.js",
    "icons/sprite.svg",
    "icons/icon-192.png",
)


@router.get("/manifest.webmanifest")
def manifest(visit: Passing) -> Response:
    """What installing it needs (W3C Web Application Manifest)."""
    icons = [
        {"src": Assets.here().url(f"icons/icon-{size}.png"), "sizes": f"{size}x{size}"}
        for size in (192, 512)
    ]
    app = {
        "id": "/",
        "name": "bailee",
        "short_name": "bailee",
        "description": visit._(
            "What is kept of you at home: see it, hear it, forget it, check it."
        ),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": visit.words.language,
        "dir": visit.words.direction,
        "background_color": "#faf8f3",
        "theme_color": "#faf8f3",
        "icons": [{**each, "type": "image/png", "purpose": "any maskable"} for each in icons],
    }
    return Response(
        json.dumps(app), media_type="application/manifest+json", headers={"Cache-Control": _A_DAY}
    )


@router.get("/worker.js")
def worker() -> Response:
    """The service worker; at the root, since it may answer for nothing above its own address."""
    assets = Assets.here()
    kept = json.dumps([assets.url(each) for each in _SHELL])
    head = f"const SHELL = {kept};\nconst NAME = {json.dumps(f'shell-{_hash(kept)}')};\n"
    body = assets.by_path[assets.paths["js/worker.js"]].body
    return Response(
        head.encode() + body,
        media_type="text/javascript",
        headers={
            "Cache-Control": "no-cache",
            "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
        },
    )


@router.get("/offline")
def offline(visit: Passing) -> Response:
    """Shown when there is no line. It holds nothing of anybody's."""
    return page(visit, "offline.html")


@unknown.get("/{path:path}")  # noqa: FAST003 - what somebody typed is of no use
def nothing_here(visit: Passing) -> Response:
    """For every other address."""
    return told(visit, "unknown", 404)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]
