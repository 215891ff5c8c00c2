"""“Stop keeping what I say”: consent to use ends, by voice (R-12). Nothing is forgotten by it."""

from contextlib import suppress
from dataclasses import dataclass

from bailee.assistant.answers import Answer
from bailee.assistant.outcome import Outcome
from bailee.assistant.pending import Stop
from bailee.assistant.place import Place
from bailee.errors import ConflictError
from bailee.household.endpoints import voice_at
from bailee.types.endpoint import Endpoint, Why
from bailee.types.scope import Scope


@dataclass(frozen=True, slots=True)
class Stopping:
    """Takes consent back, once asked and once confirmed."""

    place: Place

    def begin(self, endpoint: Endpoint) -> Outcome:
        """Ask. Nobody in particular has no consent to end: what is kept of them is set on a page."""
        if endpoint.is_unknown:
            return self.place.outcome(Answer.STOP_ON_PAGE)
        if self.place.house.listening.mode(endpoint).why is Why.STOPPED:
            return self.place.outcome(Answer.STOPPED)
        return Outcome(text=self.place.say(Answer.ASK_STOP), about=Stop())

    def confirm(self, endpoint: Endpoint) -> Outcome:
        """The answer was yes. Raises `DeniedError` where the gate says no."""
        voice = voice_at(endpoint.device_id)
        with suppress(ConflictError):  # it was ended meanwhile, elsewhere
            self.place.house.consents.withdraw(
                voice, endpoint.account_id, endpoint.person_id, Scope.USE
            )
        return self.place.outcome(Answer.STOPPED)
