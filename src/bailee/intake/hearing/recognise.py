"""The room in which sound becomes words: a process of its own, one utterance at a time.

Run as ``python -P -m bailee.intake.hearing.recognise FD``. Two decoders of pocketsphinx hear the
same sound as it comes: one knows English in general, one commands and their background. Once they
are loaded it can open no file and no connection, its memory is bounded, and it leaves no core.
"""

import os
import re
import resource
import socket
import sys
from itertools import islice
from math import inf, log

from pocketsphinx import Decoder

from bailee.intake.hearing.contests import Contests
from bailee.intake.hearing.english import folder
from bailee.intake.hearing.wire import HEAD, MOST_BYTES, Answer, Say, frame
from bailee.intake.line import READY, received
from bailee.types.hearing import RATE_HZ, WIDTH_BYTES

MEMORY_BYTES = 1 << 30
"""Of address space, in all."""
LONGEST_COMMAND_S = 20
"""What lasts longer is no command: the ear for them stops listening."""
MOST_GUESSES = 24
"""Of the ear for commands."""
_MEAN = "40,3,-1,0,0,0,0,0,0,0,0,0,0"
"""The loudness and colour that every utterance begins with: none learns from the one before."""
_HEEDS_WORDS = {"lw": 9.0, "fwdflatlw": 11.0, "bestpathlw": 12.0}
"""How much the ear for commands heeds which words follow which, in each of its passes."""
_ANOTHER = re.compile(r"\(\d+\)")


class Ear:
    """One decoder."""

    def __init__(self, *, model: str, words: str, most_states: int, at_once: bool = False) -> None:
        """Load it.

        Args:
            model: Path of a language model.
            words: Path of a dictionary.
            most_states: How many guesses it follows at once; more hear better, and slower.
            at_once: It hears whole utterances, and so knows how loud all of one is.
        """
        self._decoder = Decoder(
            hmm=str(folder() / "en-us"),
            lm=model,
            dict=words,
            maxhmmpf=most_states,
            cmn="batch" if at_once else "live",
            loglevel="FATAL",
            **(_HEEDS_WORDS if at_once else {}),
        )
        self._is_open = False

    def feed(self, pcm: bytes) -> None:
        if not self._is_open:
            self._decoder.set_cmn(_MEAN)
            self._decoder.start_utt()
            self._is_open = True
        self._decoder.process_raw(pcm)

    def end(self) -> str:
        """What was said since the last end; "" where it was nothing."""
        if not self._is_open:
            return ""
        self._is_open = False
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return _ANOTHER.sub("", found.hypstr) if found else ""

    def hear(self, pcm: bytes) -> tuple[list[str], str]:
        """What may have been said in a whole utterance, likeliest first, and its sound's mean."""
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, full_utt=True)
        self._is_open = True
        best, mean = self.end(), self._decoder.get_cmn()
        if not best:
            return [], mean
        found = (each.hypstr for each in islice(self._decoder.nbest(), MOST_GUESSES) if each)
        others = (_ANOTHER.sub("", words) for words in found if words)
        return list(dict.fromkeys((best, *others))), mean

    def knows(self, word: str, phones: str) -> None:
        """Learn a word, to find it where it is looked for (`fit`)."""
        if self._decoder.lookup_word(word) is None:
            self._decoder.add_word(word, phones, update=False)

    def fit(self, words: str, pcm: bytes, mean: str) -> float:
        """How well *words* fit the sound, whoever might say them: no language model is asked.

        A logarithm, 0 at most, to be compared with other words on the same sound.
        """
        self._decoder.set_align_text(words)
        try:
            self._decoder.set_cmn(mean)
            self._decoder.start_utt()
            self._decoder.process_raw(pcm)
            self._decoder.end_utt()
            found = self._decoder.hyp()
            return log(found.score) if found and found.score > 0 else -inf
        finally:
            self._decoder.activate_search()


class Ears:
    """Both."""

    def __init__(self, model: bytes, words: bytes) -> None:
        here = folder()
        self._general = Ear(
            model=str(here / "en-us.lm.bin"),
            words=str(here / "cmudict-en-us.dict"),
            most_states=3_000,
        )
        with _lent(model) as model_path, _lent(words) as words_path:
            self._commands = Ear(
                model=model_path, words=words_path, most_states=10_000, at_once=True
            )
        for line in words.decode().splitlines():
            word, _, phones = line.partition(" ")
            if "(" not in word:
                self._general.knows(word, phones)
        self._contests = Contests()
        self._mean = ""
        self._sound = bytearray()
        self._is_short = True

    def feed(self, pcm: bytes) -> None:
        """Take the next stretch. Of what is too long for a command, none is held."""
        self._general.feed(pcm)
        if self._is_short:
            self._sound += pcm
            if len(self._sound) > LONGEST_COMMAND_S * RATE_HZ * WIDTH_BYTES:
                self._is_short = False
                self._sound.clear()

    def end(self) -> list[str]:
        """The words, then the guesses of the ear for commands; the sound is held for a contest."""
        text, guesses = self._general.end(), list[str]()
        if self._sound:
            guesses, self._mean = self._commands.hear(bytes(self._sound))
        return [text, *guesses]

    def is_contested(self, command: str) -> bool:
        """Whether something that is no command fits the sound as well as *command* does.

        The sound is forgotten. Requires a guess of the last end.
        """
        mean, sound = self._mean, bytes(self._sound)
        self._forget()
        fit = self._general.fit(command, sound, mean)
        return any(
            self._general.fit(each, sound, mean) >= fit for each in self._contests.of(command)
        )

    def drop(self) -> None:
        """Forget what was fed, and what was heard."""
        self._general.end()
        self._forget()

    def _forget(self) -> None:
        self._mean = ""
        self._sound = bytearray()
        self._is_short = True


class _lent:  # noqa: N801  # used like a function
    """A path under which the decoder finds bytes that are on no disk."""

    def __init__(self, content: bytes) -> None:
        self._fd = os.memfd_create("bailee")
        with os.fdopen(os.dup(self._fd), "wb") as file:
            file.write(content)

    def __enter__(self) -> str:
        return f"/proc/self/fd/{self._fd}"

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)


def main() -> None:
    """Answer until the other end hangs up."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with socket.socket(fileno=int(sys.argv[1])) as line:
        line.sendall(READY)
        try:
            _serve(line)
        except ConnectionError:
            return


def _serve(line: socket.socket) -> None:
    model = _asked(line, Say.MODEL)
    line.sendall(frame(Answer.DONE))
    ears = Ears(model, _asked(line, Say.WORDS))
    _shut()
    line.sendall(frame(Answer.DONE))
    while True:
        kind, payload = _next(line)
        line.sendall(_answer(ears, kind, payload))


def _answer(ears: Ears, kind: Say, payload: bytes) -> bytes:
    if kind is Say.END:
        return frame(Answer.HEARD, "\n".join(ears.end()).encode())
    if kind is Say.CONTEST:
        return frame(Answer.CONTESTED if ears.is_contested(payload.decode()) else Answer.DONE)
    if kind is Say.FEED:
        ears.feed(payload)
    else:
        ears.drop()
    return frame(Answer.DONE)


def _asked(line: socket.socket, kind: Say) -> bytes:
    found, payload = _next(line)
    assert found is kind
    return payload


def _next(line: socket.socket) -> tuple[Say, bytes]:
    kind, count = HEAD.unpack(received(line, HEAD.size))
    assert count <= MOST_BYTES
    return Say(kind), received(line, count)


def _shut() -> None:
    """From here on: no more memory than `MEMORY_BYTES`, and no more files."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, free))


if __name__ == "__main__":
    main()
