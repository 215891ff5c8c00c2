"""The server: one process, one listening socket, the routes and the sweeps.

A signal ends it in order: nothing new is taken, what is under way ends (bounded), the sweeps end,
what waits is published, the vault is closed. A kill instead of a signal loses nothing that was
acknowledged: the next start goes on.
"""

import gc
import logging
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from bailee.api import logs
from bailee.api.app import DoorSettings, create_app
from bailee.api.patient import Patience, patient
from bailee.api.service import Service
from bailee.api.sweeps import Sweeps, sweeps_of
from bailee.errors import InputError, UnavailableError

CreateApp = Callable[[Service, DoorSettings, Sweeps], FastAPI]
_HEAD_BYTES = 16 * 1024
_END_WITHIN_S = 20
_LOOK_AT_CLOCK_S = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Files of a certificate chain and its key, in PEM."""

    chain: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where and how to listen.

    Attributes:
        host: An address, or `localhost`.
        port: 0 for any that is free.
        certificate: None for no TLS.
        insecure: Beyond loopback without TLS all the same, as somebody said in so many words.
    """

    host: str = "127.0.0.1"
    port: int = 8443
    certificate: Certificate | None = None
    insecure: bool = False

    @property
    def scheme(self) -> str:
        return "http" if self.certificate is None else "https"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it. A name other than `localhost` may be anything."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def open_socket(listen: Listen) -> socket.socket:
    """The listening socket.

    Raises:
        InputError: It would send what people say in the clear; or the certificate is none.
        UnavailableError: The address is not ours, or taken.
    """
    _require_private(listen)
    if listen.certificate is not None:
        _require_fitting(listen.certificate)
    try:
        found = socket.getaddrinfo(listen.host, listen.port, type=socket.SOCK_STREAM)
        family, _, _, _, address = found[0]
        listening = socket.create_server(address[:2], family=family, backlog=256)
        # Each connection inherits it. Else an answer's body waits for its head to be acknowledged,
        # which readers put off for 40 ms; asyncio does this only for sockets it opened itself.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        raise UnavailableError(
            f"{listen.host}, port {listen.port}, cannot be listened at: {error.strerror}.",
            hint="Choose another with --port or --host, or end what listens there.",
        ) from error
    return listening


def _require_private(listen: Listen) -> None:
    if listen.is_loopback or listen.certificate is not None or listen.insecure:
        return
    raise InputError(
        f"Refused: at {listen.host} others on the network could read all that is said.",
        hint="One of three: make a certificate with `bailee tls`, then `bailee serve --tls`; give "
        "one you have, --cert FILE --key FILE; or keep --host 127.0.0.1 and put a reverse proxy "
        "with TLS before it, --behind-proxy. In so many words: --insecure-beyond-loopback.",
    )


def _require_fitting(certificate: Certificate) -> None:
    """Find out now, and not when the first one connects."""
    chain, key = certificate.chain, certificate.key
    for path in (chain, key):
        if not path.is_file():
            raise InputError(f"There is no file {path}.", hint="Make one with `bailee tls`.")
    try:
        # With a password at hand nobody is asked for one; a key that has one does not open.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key, password="")
    except (OSError, ValueError) as error:
        raise InputError(
            f"{chain} and {key} are not a certificate and its key.",
            hint="Both are PEM files, the key without a password.",
        ) from error


class _Server(uvicorn.Server):
    """uvicorn's, which ends by itself after a signal instead of raising it once more."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        ours = (signal.SIGINT, signal.SIGTERM)
        before = {each: signal.signal(each, self._asked_to_end) for each in ours}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _asked_to_end(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.force_exit = self.should_exit  # asked twice: without waiting for who is connected
        self.should_exit = True


@dataclass(slots=True, kw_only=True)
class Running:
    """A server about to run; `run` returns when it was told to end.

    `create` makes the application: `create_app` the API alone.
    """

    service: Service
    listening: socket.socket
    listen: Listen
    settings: DoorSettings = field(default_factory=DoorSettings)
    create: CreateApp = create_app
    patience: Patience = field(default_factory=Patience)
    rotate_after_ms: int | None = None

    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until a signal. *ready* is called once connections are taken."""
        sweeps = Sweeps(self.service, sweeps_of(self.service, rotate_after_ms=self.rotate_after_ms))
        server = _Server(self._config(sweeps))
        sweeps.start()
        clock = _ClockWatch(sweeps)
        self.service.voices.start()
        try:
            gc.collect()
            gc.freeze()  # what stands for good is not looked through again and again
            ready()  # connections wait in the socket's queue from here on
            logs.event("started")
            server.run(sockets=[self.listening])
        finally:
            clock.stop()
            sweeps.stop()
            logs.event("ended")

    def _config(self, sweeps: Sweeps) -> uvicorn.Config:
        certificate = self.listen.certificate
        return uvicorn.Config(
            self.create(self.service, self.settings, sweeps),
            http=patient(self.patience),
            ws="none",
            lifespan="off",
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,
            server_header=False,
            proxy_headers=self.settings.behind_proxy,
            forwarded_allow_ips="127.0.0.1,::1",
            h11_max_incomplete_event_size=_HEAD_BYTES,
            timeout_graceful_shutdown=_END_WITHIN_S,
            ssl_certfile=certificate.chain if certificate else None,
            ssl_keyfile=certificate.key if certificate else None,
        )


class _ClockWatch:
    """Looks now and then whether the wall clock made a step."""

    def __init__(self, sweeps: Sweeps) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, args=[sweeps], daemon=True)
        self._thread.start()

    def _look(self, sweeps: Sweeps) -> None:
        while not self._over.wait(_LOOK_AT_CLOCK_S):
            sweeps.look_at_clock()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
