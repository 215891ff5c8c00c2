"""What the figures were measured on: the machine, its disk and the versions. No names of hosts."""

import os
import platform
import sqlite3
import statistics
import time
from importlib.metadata import version
from pathlib import Path

from harness import shown

_PACKAGES = ("bailee", "cryptography", "sqlalchemy", "psycopg", "cedarpy", "fastapi", "uvicorn")


def describe(place: Path, *, postgres: str) -> list[tuple[str, str]]:
    """Facts about this machine; *place* is the folder the bench writes in."""
    fsync, append = sync_times(place)
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return [
        ("Processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("Memory", f"{_memory_gib():.0f} GiB"),
        ("System", f"{platform.system()} {platform.release()}, {_file_system(place)}"),
        ("fsync of one changed page", shown(fsync)),
        ("fsync of a new file and of its folder", shown(append)),
        ("Python", platform.python_version()),
        ("Databases", f"SQLite {sqlite3.sqlite_version}, PostgreSQL {postgres}"),
        ("Packages", versions),
    ]


def sync_times(place: Path, tries: int = 100) -> tuple[float, float]:
    """Median seconds to sync a page changed in place, and a new 64 KiB file with its folder."""
    page = place / "page"
    page.write_bytes(bytes(8 * 4096))
    changed = []
    with page.open("r+b") as file:
        for number in range(tries):
            os.pwrite(file.fileno(), os.urandom(4096), number % 8 * 4096)
            begun = time.perf_counter()
            os.fsync(file.fileno())
            changed.append(time.perf_counter() - begun)
    page.unlink()
    return statistics.median(changed), statistics.median(_new(place, n) for n in range(tries))


def _new(place: Path, number: int) -> float:
    path, data = place / f"new-{number}", os.urandom(65_536)
    begun = time.perf_counter()
    write_durably(path, data)
    taken = time.perf_counter() - begun
    path.unlink()
    return taken


def write_durably(path: Path, data: bytes) -> None:
    """A new file as an engineer writes it who wants to find it after a power cut."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(folder)
    os.close(folder)


def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _file_system(place: Path) -> str:
    mounts = [line.split()[1:3] for line in _lines("/proc/mounts")]
    over = [(point, kind) for point, kind in mounts if place.resolve().is_relative_to(point)]
    return max(over, key=lambda each: len(each[0]))[1] if over else "unknown file system"


def on_memory(place: Path) -> bool:
    """Whether *place* is no disk at all: a sync there costs nothing, and proves nothing."""
    return _file_system(place) in {"tmpfs", "ramfs"}


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []
