"""What of an utterance may be kept, before it is heard; and the trace of what was not (R-11)."""

from dataclasses import dataclass

from bailee.custody.desk import Transaction
from bailee.custody.vault import Vault
from bailee.household.endpoints import voice_at
from bailee.household.ground import Ground, asked
from bailee.rules.keep_for import days_at
from bailee.types.decide import Access, Decision, Verb
from bailee.types.endpoint import Endpoint, Mode, Why
from bailee.types.keep_for import DONT_KEEP
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose

_SAYS = {
    frozenset({"parental-consent"}): Why.CHILD,
    frozenset({"use-ended"}): Why.STOPPED,
}
"""The safeguards that stand alone against keeping, and what that means to who speaks."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Reads the modes, which are the household's rules of keeping and its consents: no setting."""

    ground: Ground
    vault: Vault

    def mode(self, endpoint: Endpoint) -> Mode:
        """What may be kept, now, of what is said at an endpoint. Nothing is logged: nothing is done.

        Custody decides again when it is handed something.
        """
        decision = self._decision(endpoint)
        if not decision.allowed:
            why = _SAYS.get(frozenset(decision.policies), Why.CLOSED)
            return Mode(audio=False, transcript=False, why=why, policy=decision.policy)
        audio, transcript = (self._keeps(endpoint, each) for each in (Kind.AUDIO, Kind.TRANSCRIPT))
        nothing = None if audio or transcript else Why.RULE
        return Mode(audio=audio, transcript=transcript, why=nothing)

    def answered(self, endpoint: Endpoint) -> None:
        """Write down that a child was answered, and that nothing was kept of it (R-11)."""
        principal = voice_at(endpoint.device_id)
        decision = self._decision(endpoint)

        def work(t: Transaction) -> None:
            t.tell(
                "answered",
                endpoint.account_id,
                device=t.tag(endpoint.device_id),
                person=t.tag(endpoint.person_id),
                **asked(t, endpoint.account_id, principal, decision),
            )

        self.ground.desk.write(work)

    def _decision(self, endpoint: Endpoint) -> Decision:
        return self.ground.decide(
            Access(
                principal=voice_at(endpoint.device_id),
                verb=Verb.DEPOSIT,
                purpose=Purpose.OWNER_VIEW,
                account_id=endpoint.account_id,
                kind=Kind.AUDIO,
                person_id=endpoint.person_id,
                device_id=endpoint.device_id,
            )
        )

    def _keeps(self, endpoint: Endpoint, kind: Kind) -> bool:
        rules = self.vault.keep_rules(endpoint.account_id)
        return days_at(rules, kind, (endpoint.person_id, endpoint.device_id)) != DONT_KEEP
