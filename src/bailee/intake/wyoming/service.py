"""bailee listens: who has a microphone calls it, Home Assistant above all."""

import asyncio
import contextlib
import logging
import os
import socket
import stat
from pathlib import Path

from bailee.errors import BaileeError, UnavailableError
from bailee.intake.wyoming import codec
from bailee.intake.wyoming.address import Tcp, Unix, parse_address, require_private
from bailee.intake.wyoming.conversation import Conversation
from bailee.intake.wyoming.means import Means
from bailee.intake.wyoming.wire import Bounds, Wire, error_event
from bailee.types.turn import Room

MOST_PEERS = 16
"""Connections at one endpoint at once; there is one for an utterance."""
_log = logging.getLogger(__name__)


class WyomingService:
    """One endpoint that is called: many connections, each with turns of its own."""

    def __init__(
        self, room: Room, means: Means, *, bounds: Bounds | None = None, insecure: bool = False
    ) -> None:
        """Listen at nothing yet.

        Args:
            room: Whose endpoint it is; its address says where.
            means: Who hears, and by which clock.
            bounds: What one connection may take.
            insecure: It may be beyond this machine, as somebody said in so many words.
        """
        self._room = room
        self._means = means
        self._bounds = bounds or Bounds()
        self._insecure = insecure
        self._server: asyncio.Server | None = None
        self._address: Tcp | Unix | None = None
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def peers(self) -> int:
        """How many are connected."""
        return len(self._talks)

    @property
    def port(self) -> int:
        """Where it listens; 0 for a Unix socket."""
        assert self._server is not None
        name = self._server.sockets[0].getsockname()
        return 0 if isinstance(name, str) else int(name[1])

    async def open(self) -> None:
        """Listen.

        Raises:
            InputError: Its address is none, or others could hear what is said.
            UnavailableError: The address is taken, or not ours.
        """
        self._address = parse_address(self._room.endpoint.address)
        require_private(self._address, insecure=self._insecure)
        try:
            listening = _listening_at(self._address)
        except OSError as error:
            raise UnavailableError(
                f"The endpoint's address cannot be listened at: {error.strerror}.",
                hint="Choose another, or end what listens there.",
            ) from None
        limit = codec.HEADER_BYTES
        if isinstance(self._address, Unix):
            self._server = await asyncio.start_unix_server(
                self._called, sock=listening, limit=limit
            )
        else:
            self._server = await asyncio.start_server(self._called, sock=listening, limit=limit)

    async def close(self) -> None:
        """Listen no more, and hang up. What was being said and not heard yet is dropped."""
        if self._server is None:
            return
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        if isinstance(self._address, Unix):
            self._address.path.unlink(missing_ok=True)

    def _called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(self._talk(Wire(reader, writer, self._bounds)))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, wire: Wire) -> None:
        try:
            if len(self._talks) > MOST_PEERS:
                raise UnavailableError(  # noqa: TRY301  # told like all else
                    f"This endpoint has {MOST_PEERS} connections already.",
                    hint="One for each utterance is enough; hang up after it.",
                )
            await Conversation(self._room, self._means, wire).run()
        except BaileeError as error:
            await _told(wire, error)
        except TimeoutError:
            await _told(wire, UnavailableError(f"Nothing came for {self._bounds.idle_s:.0f} s."))
        except ConnectionError:
            pass
        except Exception as error:  # noqa: BLE001  # one connection's end is not the endpoint's
            _log.error("a conversation broke: %s", type(error).__name__)
            await _told(wire, UnavailableError("Something went wrong here."))
        finally:
            await wire.close()


async def _told(wire: Wire, error: BaileeError) -> None:
    with contextlib.suppress(OSError, TimeoutError):
        await wire.write(error_event(error))


def _listening_at(address: Tcp | Unix) -> socket.socket:
    """A socket that is bound; nobody can connect until it listens."""
    if isinstance(address, Tcp):
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        family, _, _, _, place = found[0]
        listening = socket.create_server(place[:2], family=family, backlog=MOST_PEERS)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    _clear(address.path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(str(address.path))
        # Between the two nobody comes in: it does not listen yet.
        address.path.chmod(0o600)
    except OSError:
        listening.close()
        raise
    return listening


def _clear(path: Path) -> None:
    """Take away the socket of somebody who is gone, and nothing else."""
    try:
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            return
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        knock.setblocking(False)  # a full queue is somebody, too
        try:
            knock.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        except BlockingIOError:
            return
