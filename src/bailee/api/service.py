"""The rooms wired together: one vault, its household, its sign-in and its gate.

Doors are given a `Service` and nothing else. The command line uses it too, as the operator.
"""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from bailee.api.voice_settings import VoiceSettings
from bailee.api.voices import Voices
from bailee.api.watched import Watched
from bailee.clock import Clock
from bailee.custody.sign_in_trace import SignInTrace
from bailee.custody.vault import Vault
from bailee.household import Household, HouseholdFacts
from bailee.household.messages.apprise_carrier import AppriseCarrier
from bailee.household.messages.channels import Carrier
from bailee.household.messages.outbox import SignInNotices
from bailee.identity import Identity, Settings
from bailee.identity.passwords import Hasher
from bailee.identity.session_facts import IdentitySessions
from bailee.intake.drawing import DRAWING
from bailee.rules.gate import CedarGate
from bailee.types.facts import Facts
from bailee.types.upload import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An open deployment. Safe for threads; close it, or use it in a `with`.

    Attributes:
        vault: Custody, whose releases the gate decides.
        household: People, devices, consents, messages.
        identity: Signing in.
        gate: Who may do what; also `explain`.
        decide: The gate as the rooms ask it, with whoever counts.
        settings: Of signing in.
        voices: Listening; `Voices.start` opens its doors.
    """

    vault: Vault
    household: Household
    identity: Identity
    gate: CedarGate
    decide: Watched
    facts: Facts = field(repr=False)
    settings: Settings
    voices: Voices

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        settings: Settings | None = None,
        clock: Clock | None = None,
        carrier: Carrier | None = None,
        hasher: Hasher | None = None,
        policies: str = "",
        limits: Limits | None = None,
        voice: VoiceSettings | None = None,
    ) -> Self:
        """Open the vault in *home* and wire every room to it.

        Args:
            home: The vault's folder.
            settings: Of signing in; a household's by default.
            clock: The machine's by default.
            carrier: Takes messages away; Apprise by default.
            hasher: Of passwords; the settings' own by default.
            policies: A deployment's own, in Cedar, beside bailee's.
            limits: Of uploads; `Limits` says which by default.
            voice: Of listening; the embedded recogniser by default.

        Raises:
            InputError: *policies* cannot be read.
            Whatever `Vault.open` raises.
        """
        chosen = settings or Settings()
        with ExitStack() as refused:
            vault = Vault.open(home, clock=clock)
            refused.callback(vault.close)
            desk = vault.desk()
            identity = Identity(
                settings=chosen,
                database=desk.database,
                sealer=desk.seal,
                clock=desk.clock,
                notify=SignInNotices(desk),
                trace=SignInTrace(desk),
                hasher=hasher,
            )
            facts = HouseholdFacts(desk, IdentitySessions(identity))
            gate = CedarGate(facts, extra_policies=policies)
            decide = Watched(gate)
            household = Household(
                vault,
                decide=decide,
                carrier=carrier or AppriseCarrier(),
                end_tokens=identity.tokens.end_of_device,
                limits=limits,
                draw=DRAWING,
                words={each.policy: each.says for each in gate.clauses},
            )
            household.notices.put_in_force()
            refused.pop_all()
        return cls(
            vault=vault,
            household=household,
            identity=identity,
            gate=gate,
            decide=decide,
            facts=facts,
            settings=chosen,
            voices=Voices(household, desk.clock, voice),
        )

    def close(self) -> None:
        """End listening, publish what waits, and let go of everything."""
        self.voices.close()
        self.vault.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
