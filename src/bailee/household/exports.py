"""Taking everything away (R-13): asked for, prepared, fetched as one signed archive.

Everybody gets what they may take away, and nothing else: it is decided when they ask, in the
background only counted and hashed, and decided anew about all of it, as custody releases it, when
they fetch it. A right or a consent that ended in between counts; so does what was forgotten.
"""

from collections.abc import Callable
from zoneinfo import available_timezones

from bailee.custody.desk import Transaction
from bailee.custody.vault import Vault
from bailee.errors import ConflictError, DeniedError, InputError, UnknownError
from bailee.household.archive import rows
from bailee.household.archive.allowed import wanted_by
from bailee.household.archive.fetching import Fetched, Fetching
from bailee.household.archive.preparing import KEPT_MS, Preparing
from bailee.household.archive.rows import Request, Stored
from bailee.household.choosing import no_household, selection_of
from bailee.household.ground import Ground
from bailee.household.knowing import Knowing
from bailee.household.messages.templates import DEFAULT_LANGUAGE
from bailee.household.persons import describe
from bailee.types.choice import Choice
from bailee.types.decide import Principal, PrincipalKind
from bailee.types.export import Export, ExportPlan, ExportState, Size, Wanted, new_export_id
from bailee.types.ids import AccountId, PersonId

_ZONES = available_timezones()


class Exports:
    """Somebody's one archive at a time."""

    def __init__(self, ground: Ground, vault: Vault) -> None:
        self._ground = ground
        self._exporting = vault.exporting()
        self._preparing = Preparing(ground, self._exporting)
        self._fetching = Fetching(ground, self._exporting, self._preparing)

    def plan(self, principal: Principal, account_id: AccountId, choice: Choice) -> ExportPlan:
        """What would be in it, counted now; nothing changes. Raises as `ask`."""
        plan, _ = self._plan(principal, account_id, choice)
        return plan

    def _plan(
        self, principal: Principal, account_id: AccountId, choice: Choice
    ) -> tuple[ExportPlan, Wanted]:
        _require_person(principal)
        selection = self._ground.desk.read(lambda t: selection_of(t, account_id, choice))
        selection.check()
        wanted = wanted_by(self._ground, principal, account_id, choice)
        size = self._exporting.count(wanted)
        return ExportPlan(sentence=selection.sentence(), size=size), wanted

    def ask(
        self, principal: Principal, account_id: AccountId, choice: Choice, *, zone: str = "UTC"
    ) -> Export:
        """Begin one. It is prepared in the background, and its owner is told when it is ready.

        Args:
            principal: Who asks; they alone may fetch it.
            account_id: Of which household.
            choice: What of it.
            zone: By whose clock its days are, such as ``Europe/Berlin``.

        Raises:
            ConflictError: They have one already.
            DeniedError: They may take none of it, or have to show a factor again.
            InputError: The choice says nothing clear, or there is no such zone.
            UnknownError: No such household, person, device or recording, or none they may know
                of; or nothing that fits is held.
        """
        if zone not in _ZONES:
            raise InputError("That is no time zone.", hint="Such as Europe/Berlin, or UTC.")
        plan, wanted = self._plan(principal, account_id, choice)
        if not plan.size.files:
            raise UnknownError(
                f"Nothing is kept that fits “{plan.sentence}”, or nothing that you may take away.",
                hint="Ask for more, or for everything.",
            )
        person_id = PersonId(principal.id)

        def work(t: Transaction) -> Stored:
            t.lock(account_id)
            if rows.find(t, person_id) is not None:
                raise ConflictError(
                    "You have asked for an archive already.",
                    hint="Fetch it, or give it up and ask for another.",
                )
            stored = Stored(
                person_id=person_id,
                id=new_export_id(),
                account_id=account_id,
                state=ExportState.PREPARING,
                asked_ms=t.now_ms,
                ready_ms=None,
                ends_ms=t.now_ms + KEPT_MS,
                fetched_ms=None,
                place="",
                items=0,
                done_bytes=0,
                total_bytes=plan.size.size_bytes,
                told_until_ms=None,
                request=Request(
                    wanted=wanted,
                    sentence=plan.sentence,
                    zone=zone,
                    language=describe(t, person_id).get("language", DEFAULT_LANGUAGE),
                ),
                layout=None,
                receipt=None,
            )
            rows.begin(t, stored)
            return stored

        return _shown(self._ground.desk.write(work))

    def show(self, principal: Principal, account_id: AccountId) -> Export:
        """One's own, as far as it has come.

        Raises:
            DeniedError: The session is too old to be told anything.
            UnknownError: There is none; or no such household, for them.
        """
        return _shown(self._own(principal, account_id))

    def cancel(self, principal: Principal, account_id: AccountId) -> None:
        """Give it up, ready or not. Raises as `show`."""
        stored = self._own(principal, account_id)
        self._ground.desk.write(lambda t: rows.drop(t, stored.person_id, stored.id))

    def fetch(self, principal: Principal, account_id: AccountId) -> Fetched:
        """Open it: decided about anew, and in the ledger when this returns.

        Raises:
            ConflictError: It is not ready, or something was forgotten, or called otherwise, since
                it was, and it is being put together anew.
            DeniedError: They may not, or have to show a factor again; it is in the ledger.
            UnknownError: There is none; or no such household, for them.
        """
        return self._fetching.open(principal, self._own(principal, account_id))

    def work(self, go_on: Callable[[], bool]) -> int:
        """Go on with what is prepared, while *go_on*; see `Preparing.work`."""
        return self._preparing.work(go_on)

    def _own(self, principal: Principal, account_id: AccountId) -> Stored:
        _require_person(principal)
        knowing = Knowing(self._ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        knowing.require_awake(principal, account_id)
        stored = self._preparing.find(principal.id)
        if stored is None or stored.account_id != account_id:
            raise UnknownError(
                "You have not asked for an archive.", hint="Ask for one; it is kept for seven days."
            )
        return stored


def _require_person(principal: Principal) -> None:
    if principal.kind is not PrincipalKind.PERSON:
        raise DeniedError("Only people take their archive away, each their own.")


def _shown(stored: Stored) -> Export:
    layout = stored.layout if stored.state is ExportState.READY else None
    return Export(
        id=stored.id,
        sentence=stored.request.sentence,
        state=stored.state,
        done_bytes=min(stored.done_bytes, stored.total_bytes),
        total_bytes=stored.total_bytes,
        size=None
        if layout is None
        else Size(
            recordings=layout.recordings,
            artefacts=layout.contents.artefacts,
            size_bytes=layout.size_bytes,
        ),
        asked_ms=stored.asked_ms,
        ready_ms=stored.ready_ms,
        ends_ms=stored.ends_ms,
        fetched_ms=stored.fetched_ms,
        omitted=stored.request.omitted,
    )
