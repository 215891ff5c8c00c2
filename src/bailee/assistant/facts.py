"""Remembered facts: said once, quoted when asked, dying with the recording they were said in (R-14).

They are nowhere but in custody, and are opened anew for each question: what was forgotten is known
no more at the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bailee.assistant.answers import Answer
from bailee.assistant.likeness import content_of, likeness
from bailee.assistant.place import Place
from bailee.assistant.reading_aloud import Read, ReadingAloud
from bailee.assistant.tokens import key_of
from bailee.household.endpoints import voice_at
from bailee.types.endpoint import Endpoint
from bailee.types.kind import Kind
from bailee.types.query import Query

MOST_FACTS = 500
"""How many of the newest are looked through."""
_MOST_ALOUD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Quotes what somebody asked to be remembered."""

    place: Place

    def recall(self, about: str, endpoint: Endpoint) -> str:
        """What fits *about* best, newest first; everything where that is "".

        Raises what the household's rooms raise.
        """
        return self._quoted(self._fitting(about, endpoint), endpoint)

    def answer(self, text: str, endpoint: Endpoint) -> str | None:
        """The same for a plain question; None where it is none, or nothing fits."""
        words = key_of(text)
        if not words or words[0] not in self.place.phrases.question_words:
            return None
        if not content_of(text, self.place.phrases.small_words):
            return None
        found = self._fitting(text, endpoint)
        return self._quoted(found, endpoint) if found else None

    def _quoted(self, found: Sequence[Read], endpoint: Endpoint) -> str:
        if not found:
            return self.place.say(Answer.RECALL_NOTHING)
        aloud = found[:_MOST_ALOUD]
        facts = self.place.quoted(aloud, endpoint, more=len(found) - len(aloud))
        return self.place.say(Answer.RECALL, facts=facts)

    def _fitting(self, about: str, endpoint: Endpoint) -> Sequence[Read]:
        small = self.place.phrases.small_words
        asked = content_of(about, small)
        known = self._all(endpoint)
        if not asked:
            return known if not about.strip() else ()
        scored = [(likeness(asked, content_of(each.text, small)), each) for each in known]
        best = max((score for score, _ in scored), default=0)
        return [each for score, each in scored if best and score == best]

    def _all(self, endpoint: Endpoint) -> Sequence[Read]:
        page = self.place.house.timeline.list(
            voice_at(endpoint.device_id),
            endpoint.account_id,
            Query(kind=Kind.FACT, newest_first=True, limit=MOST_FACTS),
            person_id=endpoint.person_id,
            device_id=endpoint.device_id if endpoint.is_unknown else None,
        )
        return ReadingAloud(self.place.house).open(endpoint, page.recordings, Kind.FACT)
