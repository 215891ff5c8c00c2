"""Anything said in any order, against a model: what is stored, and what a question holds (R-14)."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from assistant.kitchen import MINUTE_MS, SECOND_MS, ZONE, Kitchen
from bailee.assistant.deleting import JUST_MS
from bailee.assistant.pending import EXPIRES_MS, HEARING_MS
from bailee.clock import FixedClock, to_datetime
from bailee.custody.vault import Vault
from bailee.types.keep_for import Reach
from bailee.types.kind import Kind
from household.conftest import furnish
from support.vaults import NOW_MS

JUST, TODAY = "delete what I just said", "delete everything I said today"
EVER = "delete everything I have ever said"


@dataclass(frozen=True, kw_only=True)
class Was:
    """An utterance that may be stored: when it began, its words, and what its mode kept of it."""

    begun_ms: int
    text: str
    words: bool

    @property
    def day(self) -> object:
        return to_datetime(self.begun_ms).astimezone(ZoneInfo(ZONE)).date()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The open question: what a yes takes, and what is held for it."""

    asked_ms: int
    takes: tuple[Was, ...] | None
    held: tuple[Was, ...]


class Speaking(RuleBasedStateMachine):
    """Ana speaks, deletes, answers and falls silent; the room loses its memory now and then.

    The model: what is stored, and the one question. Sound is always kept; words as a rule says.
    What is stored is what the model says and never more; a request to forget is stored only once
    its question was declined, lapsed, or passed over; what was forgotten opens nowhere.
    """

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = FixedClock(NOW_MS)
        self.vault = Vault.create(Path(self.folder.name) / "vault", clock=self.clock)
        self.kitchen = Kitchen(furnish(self.vault, self.clock))
        self.stored: tuple[Was, ...] = ()
        self.asked: Asked | None = None
        self.words = True
        self.lapsed_ms: int | None = None
        self.number = 0

    def teardown(self) -> None:
        if hasattr(self, "vault"):
            self.vault.close()
            self.folder.cleanup()

    # -- what is said ------------------------------------------------------------------------

    @rule()
    def talk(self) -> None:
        self.number += 1
        was = self._was(f"words of number {self.number}")
        self._lapse(was.begun_ms)
        self._pass_over()
        self._store(was)
        self.kitchen.say(was.text)

    @rule(remembered=st.booleans())
    def ask(self, *, remembered: bool) -> None:
        """Questions about what there is change nothing of it."""
        was = self._was("what do you remember" if remembered else "what did you hear")
        self._lapse(was.begun_ms)
        self._pass_over()
        self._store(was)
        self.kitchen.say(was.text)

    @rule(text=st.sampled_from([JUST, TODAY, EVER]), is_sure=st.booleans())
    def delete(self, text: str, *, is_sure: bool) -> None:
        was = self._was(text)
        self._lapse(was.begun_ms)
        held = (*(self.asked.held if self.asked else ()), was)
        self.asked = None
        reply = self.kitchen.say(text, command="" if is_sure else None, wait_ms=0)
        now_ms = self.clock.now_ms()
        takes = self._scope(text, now_ms)
        is_old = text == JUST and bool(takes) and now_ms - (takes[0].begun_ms + 999) > JUST_MS
        if takes and (text == EVER or is_old or not is_sure):
            assert reply.asks
            single = takes if text == JUST else None
            self.asked = Asked(asked_ms=now_ms, takes=single, held=held)
            self.taken = text
        else:
            assert not reply.asks
            self._forget(takes)
        self.lapsed_ms = None if self.asked else self.lapsed_ms
        self.clock.advance(ms=SECOND_MS)

    @rule(yes=st.booleans())
    def answer(self, *, yes: bool) -> None:
        was = self._was("yes" if yes else "no")
        self._lapse(was.begun_ms)
        asked, self.asked = self.asked, None
        reply = self.kitchen.say(was.text, wait_ms=0)
        if asked is None:
            is_late = self.lapsed_ms is not None and was.begun_ms - self.lapsed_ms <= 2 * MINUTE_MS
            if not is_late:
                self._store(was)
            assert is_late == reply.answer.startswith("I heard no answer")
            self.lapsed_ms = None
        elif yes:
            assert reply.answer.startswith("I forgot")
            now_ms = self.clock.now_ms()
            self._forget(self._scope(self.taken, now_ms) if asked.takes is None else asked.takes)
        else:
            self._store(*asked.held)
        self.clock.advance(ms=SECOND_MS)

    # -- what happens ------------------------------------------------------------------------

    @rule(ms=st.sampled_from([SECOND_MS, 20 * SECOND_MS, 9 * MINUTE_MS, 12 * 60 * MINUTE_MS]))
    def wait(self, ms: int) -> None:
        self.clock.advance(ms=ms)
        self._lapse(self.clock.now_ms(), patience_ms=HEARING_MS)
        self.kitchen.room.settle()

    @rule()
    def lose_memory(self) -> None:
        """As a crash does: what was held is gone, and nothing is forgotten by it."""
        self.kitchen.room = self.kitchen.open()
        self.asked, self.lapsed_ms = None, None

    @rule()
    def keep_no_words(self) -> None:
        self.kitchen.dont_keep(Kind.TRANSCRIPT)
        self.words = False
        self.stored = tuple(replace(each, words=False) for each in self.stored)

    @rule()
    def keep_words(self) -> None:
        home = self.kitchen.home
        reach = Reach(kind=Kind.TRANSCRIPT, person_id=home.ana_id, device_id=self.kitchen.device_id)
        home.house.keep_rules.put(home.ana, home.account_id, reach, 30)
        self.words = True

    @rule()
    def clean_up(self) -> None:
        self.kitchen.clean_up()

    # -- the model ---------------------------------------------------------------------------

    def _was(self, text: str) -> Was:
        return Was(begun_ms=self.clock.now_ms(), text=text, words=self.words)

    def _store(self, *said: Was) -> None:
        """Custody decides anew: words that are not kept now are not, whatever the mode was."""
        kept = (replace(each, words=each.words and self.words) for each in said)
        self.stored = tuple(sorted((*self.stored, *kept), key=lambda each: each.begun_ms))

    def _forget(self, taken: tuple[Was, ...]) -> None:
        self.stored = tuple(each for each in self.stored if each not in taken)

    def _scope(self, text: str, now_ms: int) -> tuple[Was, ...]:
        if text == JUST:
            return self.stored[-1:]
        today = Was(begun_ms=now_ms, text="", words=False).day
        return tuple(each for each in self.stored if text == EVER or each.day == today)

    def _lapse(self, at_ms: int, *, patience_ms: int = 0) -> None:
        if self.asked and at_ms - self.asked.asked_ms > EXPIRES_MS + patience_ms:
            self._store(*self.asked.held)
            self.lapsed_ms = self.asked.asked_ms + EXPIRES_MS
            self.asked = None

    def _pass_over(self) -> None:
        if self.asked:
            self._store(*self.asked.held)
            self.asked = None

    @invariant()
    def what_is_stored_is_what_the_model_says(self) -> None:
        if not hasattr(self, "kitchen"):
            return
        found = [
            (one.begin_ms, [text.decode() for text in self.kitchen.texts(one, Kind.TRANSCRIPT)])
            for one in self.kitchen.recordings()
        ]
        assert found == [(each.begun_ms, [each.text] if each.words else []) for each in self.stored]


TestSpeaking = Speaking.TestCase
TestSpeaking.settings = settings(max_examples=6, stateful_step_count=12, deadline=None)


class SpeakingLonger(Speaking):
    """The same, for longer."""


TestSpeakingLonger = pytest.mark.long(SpeakingLonger.TestCase)
TestSpeakingLonger.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)
