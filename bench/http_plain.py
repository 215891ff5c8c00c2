"""The baseline over HTTP: a session check and an encrypted file, by the same framework and server.

What is sent is decided by nobody and written down nowhere. Run as a program; its port is the first
line of its output.
"""

import os
import re
import socket
import sqlite3
import threading
import time
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Protocol

import psycopg
import uvicorn
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import FastAPI, Header, HTTPException, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from place import sqlite

from bailee.api.patient import Patience, patient

KEY = b"the key of every file, for once."
TABLE = (
    "CREATE TABLE session (token_hash {0} PRIMARY KEY, person TEXT NOT NULL,"
    " used_ms BIGINT NOT NULL, expires_ms BIGINT NOT NULL)"
)
INSERT = "INSERT INTO session VALUES ({0}, 'Ana', {0}, {0})"
_SELECT = "SELECT person FROM session WHERE token_hash = {0} AND expires_ms > {0}"
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")
_bearer = HTTPBearer()


class Sessions(Protocol):
    """Who holds a token."""

    def person(self, token: str) -> str | None: ...


class OnSqlite:
    """A connection a thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mine = threading.local()

    def person(self, token: str) -> str | None:
        if not hasattr(self._mine, "reader"):
            self._mine.reader = sqlite(self._path)
        reader: sqlite3.Connection = self._mine.reader
        found = reader.execute(_SELECT.format("?"), asked_by(token)).fetchone()
        return None if found is None else str(found[0])


class OnPostgres:
    """Pooled connections."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._spare: list[psycopg.Connection[Any]] = []

    def person(self, token: str) -> str | None:
        try:
            rows = self._spare.pop()
        except IndexError:
            rows = psycopg.connect(self._url, autocommit=True)
        select = _SELECT.format("%s").encode()
        found = rows.execute(select, asked_by(token), prepare=True).fetchone()
        self._spare.append(rows)
        return None if found is None else str(found[0])


def asked_by(token: str) -> tuple[bytes, int]:
    """The hash of a token, and now."""
    return sha256(token.encode()).digest(), time.time_ns() // 1_000_000


def application(folder: Path, sessions: Sessions) -> FastAPI:
    """One route: whoever is signed in gets a file of *folder*, or the part they ask for."""
    app = FastAPI()
    cipher = AESGCM(KEY)

    @app.get("/files/{number}")
    def file(
        number: int,
        bearer: Annotated[HTTPAuthorizationCredentials, Security(_bearer)],
        asked: Annotated[str | None, Header(alias="Range")] = None,
    ) -> Response:
        if sessions.person(bearer.credentials) is None:
            raise HTTPException(401)
        sealed = (folder / str(number)).read_bytes()
        content = cipher.decrypt(sealed[:12], sealed[12:], None)
        part = _RANGE.fullmatch(asked) if asked else None
        if part is None:
            return Response(content, media_type="audio/wav")
        begin, end = int(part[1]), int(part[2]) + 1
        told = {"Content-Range": f"bytes {begin}-{end - 1}/{len(content)}"}
        return Response(content[begin:end], 206, headers=told, media_type="audio/wav")

    return app


def put(folder: Path, count: int, size_bytes: int) -> None:
    """*count* encrypted files."""
    cipher = AESGCM(KEY)
    for number in range(count):
        nonce = os.urandom(12)
        sealed = cipher.encrypt(nonce, os.urandom(size_bytes), None)
        (folder / str(number)).write_bytes(nonce + sealed)


def main() -> None:
    """Serve, configured as `bailee serve` is."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("database")
    asked = parser.parse_args()
    on_postgres = "://" in asked.database
    sessions = OnPostgres(asked.database) if on_postgres else OnSqlite(Path(asked.database))
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        application(asked.folder, sessions),
        http=patient(Patience()),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=16 * 1024,
    )
    print(listening.getsockname()[1], flush=True)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
