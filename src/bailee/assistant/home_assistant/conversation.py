"""A conversation with Home Assistant, from one endpoint: words out, the words to say back.

Its API: https://developers.home-assistant.io/docs/intent_conversation_api.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from bailee.assistant.home_assistant.address import Address
from bailee.assistant.home_assistant.asking import MOST_BYTES, Asking, Failure, NoAnswerError
from bailee.clock import Clock

PATIENCE_S = 8.0
"""The longest that somebody waits for an answer."""
GOES_ON_MS = 300_000
"""How long a conversation goes on after its last word, as Home Assistant has it."""
_ID_MOST = 128
_NOT_UNDERSTOOD = "no_intent_match"
"""Its apology for that is no answer: somebody else may know one."""


@dataclass(slots=True, kw_only=True)
class HomeAssistant:
    """Hands on what was said at one endpoint. Safe for threads.

    Each endpoint has one of its own, so that conversations in two rooms do not mix.

    Attributes:
        at: Where it is.
        token: A long-lived access token of it.
        clock: When a conversation is over.
        failed: Told why each time that there was no answer.
        patience_s: The longest that it may take for one answer.
    """

    at: Address
    token: str = field(repr=False)
    clock: Clock
    failed: Callable[[Failure], None]
    patience_s: float = PATIENCE_S
    _conversation: tuple[str, int] = ("", 0)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __call__(self, text: str, language: str) -> str | None:
        """What Home Assistant says to *text*; None where it says nothing, or that it is lost.

        Never raises. It may take `patience_s`: not on an event loop.
        """
        asking = Asking(self.at, self.token, self.patience_s)
        try:
            said = _parse(asking.answer(self._body(text, language)))
        except NoAnswerError as error:
            self.failed(error.failure)
            return None
        self._go_on(said.conversation_id)
        return said.speech

    def _body(self, text: str, language: str) -> bytes:
        asked = {"text": text, "language": language}
        with self._lock:
            conversation_id, until_ms = self._conversation
        if conversation_id and self.clock.now_ms() < until_ms:
            asked["conversation_id"] = conversation_id
        return json.dumps(asked).encode()

    def _go_on(self, conversation_id: str) -> None:
        with self._lock:
            self._conversation = (conversation_id, self.clock.now_ms() + GOES_ON_MS)


@dataclass(frozen=True, slots=True)
class _Said:
    speech: str | None
    conversation_id: str


def _parse(data: bytes) -> _Said:
    """What is said in an answer, untrusted. Raises `NoAnswerError`."""
    if len(data) > MOST_BYTES:
        raise NoAnswerError(Failure.NO_ANSWER)
    try:
        answer: Any = json.loads(data)
        response = answer["response"]
        speech = response["speech"]["plain"]["speech"]
        is_lost = response.get("data", {}).get("code") == _NOT_UNDERSTOOD
        conversation_id = answer.get("conversation_id") or ""
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise NoAnswerError(Failure.NO_ANSWER) from None
    if not isinstance(speech, str) or not isinstance(conversation_id, str):
        raise NoAnswerError(Failure.NO_ANSWER)
    known = conversation_id if len(conversation_id) <= _ID_MOST else ""
    return _Said(None if is_lost else speech.strip() or None, known)
