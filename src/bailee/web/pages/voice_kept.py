"""What is kept of what is said in a room: a choice of three, and what a change does to what is there.

Each choice is made by the household's rules of “Keep for” (R-19): nothing is set here twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Response

from bailee.api.routes.erasures import finish
from bailee.errors import DeniedError, InputError
from bailee.household.erasures import Begun
from bailee.types.endpoint import Endpoint, Why
from bailee.types.keep_for import KeepPlan
from bailee.types.kind import Kind
from bailee.web.keeping.keep_words import sentence, time_words
from bailee.web.nouns import counts
from bailee.web.render import go, page
from bailee.web.said import Said
from bailee.web.visit import Visit, Visiting
from bailee.web.voice.kept import KINDS, Change, Keep, Rules, keep_of
from bailee.web.voice.room import require_listening
from bailee.web.voice.words import KEEPS, QUESTIONS, kept_tag, speaker_name, why_nothing

router = APIRouter(prefix="/voice/{device}/keep")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept in a room, as its page says it.

    Attributes:
        keep: The choice that stands; None where it is none of the three.
        tag: The same in a word or two.
        times: For how long each kind is kept that is.
        why: Why nothing is, where no rule is the reason; "" too where the reader may not know.
        against: The rules by which less is kept, made elsewhere; each a sentence.
        choices: What may be chosen, with its name and what it means, and whether it is barred.
    """

    keep: Keep | None
    tag: str
    times: Sequence[tuple[Kind, str]]
    why: str
    against: Sequence[str]
    choices: Sequence[tuple[Keep, str, str, bool]]


def kept_here(visit: Visit, it: Endpoint, *, knows: bool) -> Kept:
    """What is kept there now. *knows*: the reader may know what is kept of whoever it is."""
    mode = visit.service.household.listening.mode(it)
    rules, may = _rules(visit, it)
    why = why_nothing(visit, it, mode) if knows else ""
    return Kept(
        keep=keep_of(mode),
        tag=kept_tag(visit, mode),
        times=[
            (kind, time_words(visit.words, rules.days(kind)))
            for kind, keeps in zip(KINDS, (mode.audio, mode.transcript), strict=True)
            if keeps
        ],
        why=why,
        against=[sentence(visit, each.rule.reach, each.days) for each in rules.against()],
        choices=[
            (keep, visit._(name), visit._(says), not rules.may(keep))
            for keep, (name, says) in KEEPS.items()
            if may and mode.why in {None, Why.RULE}
        ],
    )


@router.get("")
def look_ahead(device: str, visit: Visiting) -> Response:
    """What a choice would do to what is stored, in numbers; nothing is changed."""
    it = require_listening(visit, device)
    keep = _parse(visit.request.query_params.get("keep", ""))
    plans = [(each, _plan(visit, each)) for each in _changes(visit, it, keep)]
    going = {each.reach.kind: plan.now for each, plan in plans}
    return page(
        visit,
        "voice/keep.html",
        it=it,
        speaker=speaker_name(visit, it),
        keep=keep,
        title=visit._(QUESTIONS[keep], device=it.device),
        says=visit._(KEEPS[keep][1]),
        plans=plans,
        now=sum(going.values()),
        going=counts(visit.words, going),
    )


@router.post("")
def choose(device: str, visit: Visiting, later: BackgroundTasks) -> Response:
    """Done at once where nothing is lost, or where the form repeats how many it was told go."""
    it = require_listening(visit, device)
    keep = _parse(visit.form.text("keep"))
    before = keep_of(visit.service.household.listening.mode(it))
    changes = _changes(visit, it, keep)
    for each in changes:
        told = visit.form.whole(f"now-{each.reach.kind}") if _is_told(visit, each) else 0
        if _plan(visit, each).now > told:
            return go(visit, f"{_where(it)}/keep?{urlencode({'keep': keep})}")
    # A crash between two of them: the first counts, and the page shows what is kept then.
    done = [each for each in (_put(visit, change) for change in changes) if each is not None]
    for begun in done:
        later.add_task(finish, visit.service, begun.erasure.id)
    text = visit._(
        "What is kept of what is said at %(device)s: %(what)s.",
        device=it.device,
        what=kept_tag(visit, visit.service.household.listening.mode(it)),
    )
    if done:
        where = f"/receipts/{done[0].erasure.id}" if len(done) == 1 else "/receipts"
        return go(visit, where, text)
    if before in {None, keep}:
        return go(visit, _where(it), text)
    undo = Said(text=text, undo=f"{_where(it)}/keep", fields={"keep": before or ""})
    return go(visit, _where(it), undo)


def _rules(visit: Visit, it: Endpoint) -> tuple[Rules, bool]:
    """The rules that meet there, and whether the reader may make one."""
    table = visit.service.household.keep_rules.table(visit.principal, visit.account_id)
    rules = Rules(endpoint=it, policy=table.policy, named=table.rules)
    return rules, it.person_id in table.may


def _changes(visit: Visit, it: Endpoint, keep: Keep) -> tuple[Change, ...]:
    """What has to be changed.

    Raises:
        DeniedError: The reader may not, or it is for somebody else to say.
    """
    rules, may = _rules(visit, it)
    if not (may and rules.may(keep)):
        raise DeniedError(
            "Somebody else chose to keep less of it, and less counts.",
            hint="They can change that themselves, under Keep for.",
        )
    return rules.changes(keep)


def _plan(visit: Visit, change: Change) -> KeepPlan:
    return visit.service.household.keep_rules.plan(
        visit.principal, visit.account_id, change.reach, change.days
    )


def _put(visit: Visit, change: Change) -> Begun | None:
    return visit.service.household.keep_rules.put(
        visit.principal, visit.account_id, change.reach, change.days
    ).begun


def _is_told(visit: Visit, change: Change) -> bool:
    return visit.form.has(f"now-{change.reach.kind}")


def _parse(text: str) -> Keep:
    """*text* (untrusted) as one of the three. Raises `InputError`."""
    if text not in set(Keep):
        raise InputError("Choose what is kept: the sound and the words, the words, or nothing.")
    return Keep(text)


def _where(it: Endpoint) -> str:
    return f"/voice/{it.device_id}"
