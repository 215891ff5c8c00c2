"""Parts of the pages that others wrote: fetched by npm, checked, put where the wheel carries them.

    python -m tools.vendored           # fetch and write them anew
    python -m tools.vendored --check   # what lies there is what was fetched

Needs npm for the first, nothing for the second. Each comes with its licence beside it.
"""

import argparse
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

STATIC = Path(__file__).parents[1] / "src/bailee/web/static"
HTMX = "htmx.org@4.0.1"
LUCIDE = "lucide-static@1.62.0"
ICONS = (
    *("sun", "users", "cctv", "shield-off", "user-round", "play", "pause", "trash-2", "download"),
    *("receipt-text", "eye", "hourglass", "map-pin", "mic", "video", "image", "file-text"),
    *("smartphone", "speaker", "key-round", "bell", "circle-help", "search", "share-2", "link"),
    *("chevron-left", "chevron-right", "check", "x", "printer", "plus", "log-out", "calendar"),
    *("sparkles", "pencil", "house", "handshake", "languages", "minus", "settings-2"),
)
"""Beside words only (face.md)."""
SUMS = {
    "vendor/htmx.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "icons/sprite.svg": "886d160d434f89539058dd4726fb3fd20c1d49406f9aa32d5caeb5af0a159fcf",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="only compare")
    if not parser.parse_args().check:
        _write()
    wrong = [name for name, wanted in SUMS.items() if _sum(STATIC / name) != wanted]
    for name in wrong:
        print(f"{name}: {_sum(STATIC / name)} is not the sum in tools/vendored.py")
    return 1 if wrong else 0


def _write() -> None:
    htmx = _package(HTMX)
    _put("vendor/htmx.min.js", _file(htmx, "dist/htmx.min.js"))
    _put("vendor/htmx.LICENSE.txt", _file(htmx, "LICENSE"))
    lucide = _package(LUCIDE)
    symbols = [_symbol(name, _file(lucide, f"icons/{name}.svg").decode()) for name in ICONS]
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    _put("icons/sprite.svg", sprite.encode())
    _put("icons/LICENSE.txt", _file(lucide, "LICENSE"))


def _package(name: str) -> tarfile.TarFile:
    with tempfile.TemporaryDirectory() as folder:
        told = subprocess.run(
            ["npm", "pack", "--silent", name],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        body = (Path(folder) / told.stdout.split()[-1]).read_bytes()
    return tarfile.open(fileobj=io.BytesIO(body))


def _file(package: tarfile.TarFile, path: str) -> bytes:
    found = package.extractfile(f"package/{path}")
    assert found is not None, path
    return found.read()


def _symbol(name: str, svg: str) -> str:
    """One icon of the sprite: what is within its outermost element, on a square of 24."""
    inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    lines = "".join(each.strip() for each in inner.splitlines())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{lines}</symbol>'


def _put(name: str, body: bytes) -> None:
    (STATIC / name).parent.mkdir(parents=True, exist_ok=True)
    (STATIC / name).write_bytes(body)


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"


if __name__ == "__main__":
    sys.exit(main())
