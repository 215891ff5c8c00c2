"""Keep for: the household's own rules about how long each kind is kept (R-02, R-19)."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query
from pydantic import Field

from bailee.api.bodies import AccountRef, Body, DeviceRef, ErasureRef, Moment, PersonRef
from bailee.api.callers import Knock, Knocked
from bailee.api.routes.erasures import Begun, finish, shown
from bailee.api.routes.retention import Row, rows
from bailee.rules.retention import LONGEST_DAYS
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.keep_for import Reach, Voice
from bailee.types.kind import Kind

router = APIRouter(prefix="/households/{account}/keep-for", tags=["retention"])


class About(Body):
    """What a rule is about: a kind, of somebody or everybody, on a device or every one."""

    kind: Kind
    person: PersonRef | None = None
    device: DeviceRef | None = None

    def reach(self) -> Reach:
        """As the household takes it."""
        return Reach(
            kind=self.kind,
            person_id=None if self.person is None else PersonId(self.person),
            device_id=None if self.device is None else DeviceId(self.device),
        )


class Wanted(About):
    """For how many days from its deposit to keep it; 0 to keep none of it."""

    keep_days: int = Field(ge=0, le=LONGEST_DAYS)


class Put(Wanted):
    """The same. A shorter time applies to what is stored; a longer one only if `stored` says so."""

    stored: bool = False


class Rule(About):
    """A rule that stands. `voice` is whose: `own` is said by whom it is about, or their parent."""

    keep_days: int
    voice: Voice
    may_end: bool


class Table(Body):
    """The published policy, the household's rules beside it, and whom the caller may decide about.

    The most specific rule counts: about a person before a device before everybody. Of two voices
    about the same person the shorter counts.
    """

    kinds: list[Row]
    rules: list[Rule]
    everybody: bool
    persons: list[PersonRef]


class Planned(Body):
    """What it would do to what is stored, counted now: forgotten at once, ended sooner or later."""

    now: int
    begin: Moment | None
    end: Moment | None
    held: int
    sooner: int
    longer: int


class Changed(Body):
    """How many artefacts end sooner, and later. What was over is forgotten: `forgotten` proves it."""

    sooner: int
    longer: int
    erasure: ErasureRef | None
    forgotten: Begun | None


@router.get("")
def show_keep_for(account: AccountRef, knock: Knocked) -> Table:
    """How long each kind is kept, by the policy and by the household's rules the caller may know."""
    caller = knock.person()
    table = knock.service.household.keep_rules.table(caller.principal, AccountId(account))
    return Table(
        kinds=rows(table.policy),
        rules=[
            Rule(
                kind=each.rule.reach.kind,
                person=each.rule.reach.person_id,
                device=each.rule.reach.device_id,
                keep_days=each.days,
                voice=each.rule.voice,
                may_end=each.may_end,
            )
            for each in table.rules
        ],
        everybody=table.may_all,
        persons=sorted(table.may),
    )


@router.post("/plan")
def plan_keep_for(account: AccountRef, wanted: Wanted, knock: Knocked) -> Planned:
    """What a rule would do to what is stored. Nothing changes."""
    caller = knock.person()
    plan = knock.service.household.keep_rules.plan(
        caller.principal, AccountId(account), wanted.reach(), wanted.keep_days
    )
    return Planned(
        now=plan.now,
        begin=plan.from_ms,
        end=plan.to_ms,
        held=plan.held,
        sooner=plan.sooner,
        longer=plan.longer,
    )


@router.put("")
def put_keep_for(account: AccountRef, put: Put, knock: Knocked, later: BackgroundTasks) -> Changed:
    """Let a rule count, for what comes and for what is stored: what is over by it goes now."""
    return _change(account, knock, later, put, put.keep_days, longer=put.stored)


@router.delete("")
def end_keep_for(
    account: AccountRef, about: Annotated[About, Query()], knock: Knocked, later: BackgroundTasks
) -> Changed:
    """Take a rule of the caller's away: what is then the next counts."""
    return _change(account, knock, later, about, None, longer=False)


def _change(
    account: str,
    knock: Knock,
    later: BackgroundTasks,
    about: About,
    days: int | None,
    *,
    longer: bool,
) -> Changed:
    caller = knock.person()
    done = knock.service.household.keep_rules.put(
        caller.principal, AccountId(account), about.reach(), days, longer=longer
    )
    begun = done.begun
    if begun is not None:
        later.add_task(finish, knock.service, begun.erasure.id)
    return Changed(
        sooner=done.sooner,
        longer=done.longer,
        erasure=None if begun is None else begun.erasure.id,
        forgotten=None
        if begun is None
        else Begun(erasure=shown(account, begun.erasure), receipt=begun.receipt),
    )
