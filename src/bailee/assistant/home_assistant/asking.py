"""One question to Home Assistant over HTTP, with an end to its patience."""

import http.client
import socket
import ssl
from concurrent.futures import Future
from contextlib import suppress
from enum import StrEnum
from threading import Thread

from bailee.assistant.home_assistant.address import Address

MOST_BYTES = 1 << 16
"""The longest answer that is read."""
_PATH = "/api/conversation/process"


class Failure(StrEnum):
    """Why there was no answer, for a log: it says nothing of what was said."""

    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    """Its certificate is not the one of that address, or nobody trusted signed it."""
    TOO_LATE = "too-late"
    REFUSED = "refused"
    """The token is not, or no longer, good."""
    NO_ANSWER = "no-answer"
    """Another answer than the API's: an error, a page, a redirection, one too long."""


class NoAnswerError(Exception):
    """There was none."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


class Asking:
    """One question: in a thread, since looking up a name has no patience that could be set."""

    def __init__(self, at: Address, token: str, patience_s: float) -> None:
        self._at = at
        self._token = token
        self._patience_s = patience_s
        self._line: socket.socket | None = None

    def answer(self, body: bytes) -> bytes:
        """Its body. Raises `NoAnswerError`."""
        done: Future[bytes] = Future()
        Thread(target=self._work, args=(body, done), name="home-assistant", daemon=True).start()
        try:
            return done.result(timeout=self._patience_s)
        except TimeoutError:
            self._cut()
            raise NoAnswerError(Failure.TOO_LATE) from None

    def _cut(self) -> None:
        """End what is still being waited for, so that its thread ends too."""
        if self._line is not None:
            with suppress(OSError):  # it ended by itself meanwhile
                self._line.shutdown(socket.SHUT_RDWR)

    def _work(self, body: bytes, done: Future[bytes]) -> None:
        try:
            done.set_result(self._exchange(body))
        except TimeoutError:
            done.set_exception(NoAnswerError(Failure.TOO_LATE))
        except ssl.SSLCertVerificationError:
            done.set_exception(NoAnswerError(Failure.UNTRUSTED))
        except (OSError, UnicodeError):  # the latter from a name that none can be
            done.set_exception(NoAnswerError(Failure.UNREACHABLE))
        except http.client.HTTPException:
            done.set_exception(NoAnswerError(Failure.NO_ANSWER))
        except NoAnswerError as error:
            done.set_exception(error)
        finally:
            self._let_go()

    def _exchange(self, body: bytes) -> bytes:
        at = self._at
        connection = http.client.HTTPConnection(at.host, at.port)
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Connection": "close",
        }
        with self._connected() as connection.sock:
            connection.request("POST", at.path + _PATH, body, headers)
            with connection.getresponse() as response:
                return _body_of(response)

    def _connected(self) -> socket.socket:
        at = self._at
        line = socket.create_connection((at.host, at.port), timeout=self._patience_s)
        self._line = line.dup()
        return at.tls.wrap_socket(line, server_hostname=at.host) if at.tls else line

    def _let_go(self) -> None:
        if self._line is not None:
            self._line.close()


def _body_of(response: http.client.HTTPResponse) -> bytes:
    if response.status in {401, 403}:
        raise NoAnswerError(Failure.REFUSED)
    # A redirection is not followed: the token is for this address alone.
    if response.status != http.client.OK:
        raise NoAnswerError(Failure.NO_ANSWER)
    return response.read(MOST_BYTES + 1)
