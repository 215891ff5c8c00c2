"""What would go: a sentence counted, in the words and numbers of the page that asks.

Counting changes nothing. What was shown goes with the form as `seen`, and nothing that came in
since goes unseen.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bailee.errors import ConflictError, DeniedError, GoneError, InputError, UnknownError
from bailee.types.erasure import Plan
from bailee.types.ids import ErasureId, RecordingId
from bailee.types.recording import Recording
from bailee.web.forgetting.sentence import Sentence
from bailee.web.nouns import counts
from bailee.web.visit import Visit

_NAMED = 3
_RECENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """A sentence's numbers.

    Attributes:
        plan: None where it may not be counted; then `refused` says why.
        gone: How many of the recordings that were picked were gone already.
        receipt: Of the erasure that was before this one; None where none is known.
        reaching: When the recordings begin that reach in from before.
        title: How much it is, in two words.
        counted: The same by kind; "" where that says no more.
        verb: What the button says.
        question: What the third page asks, of a whole.
        names: What of a whole goes beside recordings; "" for a part.
        horizon_hours: Within how many hours it is unrecoverable too.
    """

    plan: Plan | None
    refused: str = ""
    gone: int = 0
    receipt: ErasureId | None = None
    reaching: Sequence[str] = ()
    title: str = ""
    counted: str = ""
    verb: str = ""
    question: str = ""
    names: str = ""
    horizon_hours: int = 0
    once: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to press a button for."""
        plan = self.plan
        return plan is not None and not (plan.recordings or plan.artefacts or self.names)

    @property
    def seen(self) -> str:
        """How much was shown, for the form."""
        return "" if self.plan is None else "{}.{}".format(*_amount(self.plan))


def count(visit: Visit, sentence: Sentence) -> tuple[Sentence, Going]:
    """*sentence* with its numbers, without what of it is gone already."""
    try:
        return sentence, _counted(visit, sentence)
    except GoneError:
        left, receipt = _still_there(visit, sentence)
    if not left.recordings:
        return sentence, Going(plan=_nothing(), receipt=receipt)
    gone = len(sentence.recordings) - len(left.recordings)
    return left, replace(_counted(visit, left), gone=gone, receipt=receipt)


def _counted(visit: Visit, sentence: Sentence) -> Going:
    """Raises `GoneError` where something that was picked is."""
    choice = sentence.counting(_now_ms(visit))
    try:
        plan = visit.service.household.erasures.plan(visit.principal, visit.account_id, choice)
    except DeniedError:
        return Going(plan=None, refused=_not_yours(visit))
    except UnknownError:
        if sentence.recordings and sentence.kind:  # they are there, and have nothing of that kind
            return Going(plan=_nothing())
        return Going(plan=None, refused=_not_here(visit))
    except (InputError, ConflictError) as error:
        return Going(plan=None, refused=visit._(error.message))
    found = _told(visit, sentence, plan)
    if found.is_nothing:
        return replace(found, receipt=forgotten_before(visit, plan.sentence))
    return found


def is_more(plan: Plan, seen: str) -> bool:
    """Whether *plan* holds more than the page showed that said *seen* (untrusted)."""
    shown = seen.split(".")
    if len(shown) != 2 or not all(each.isascii() and each.isdecimal() for each in shown):
        return True
    return any(now > int(then[:15]) for now, then in zip(_amount(plan), shown, strict=True))


def forgotten_before(visit: Visit, sentence: str) -> ErasureId | None:
    """The newest erasure in the same words, of the last few."""
    found = visit.service.household.erasures.list(visit.principal, visit.account_id, limit=_RECENT)
    return next((each.id for each in found.erasures if each.sentence == sentence), None)


def picked(visit: Visit, sentence: Sentence, most: int) -> list[Recording]:
    """The first *most* recordings of those picked, to be named."""
    show = visit.service.household.timeline.show
    return [show(visit.principal, visit.account_id, each) for each in sentence.recordings[:most]]


def _amount(plan: Plan) -> tuple[int, int]:
    return plan.recordings, sum(plan.artefacts.values())


def _now_ms(visit: Visit) -> int:
    return visit.service.vault.desk().clock.now_ms()


def _nothing() -> Plan:
    return Plan(
        sentence="",
        recordings=0,
        artefacts={},
        begin_ms=None,
        end_ms=None,
        reaching_in=(),
        held=0,
        names=False,
    )


def _still_there(visit: Visit, sentence: Sentence) -> tuple[Sentence, ErasureId | None]:
    """Without recordings that are forgotten already, and the receipt of one of those."""
    left: list[RecordingId] = []
    receipt: ErasureId | None = None
    for each in sentence.recordings:
        try:
            visit.service.household.timeline.show(visit.principal, visit.account_id, each)
        except GoneError as error:
            receipt = receipt or (ErasureId(error.erasure_id) if error.erasure_id else None)
        else:
            left.append(each)
    return replace(sentence, recordings=tuple(left)), receipt


# -- words ------------------------------------------------------------------------------------


def _not_yours(visit: Visit) -> str:
    return visit._(
        "You may forget what is yours. To forget what is of others too, ask whoever looks after "
        "the household."
    )


def _not_here(visit: Visit) -> str:
    return visit._(
        "That is not here, or not here any more. If it was forgotten just now in another window, "
        "its receipt stands among the receipts."
    )


def _told(visit: Visit, sentence: Sentence, plan: Plan) -> Going:
    many, kinds = plan.recordings, counts(visit.words, plan.artefacts)
    title = visit.n("%(n)s recording", "%(n)s recordings", many) if many else kinds
    verb = visit._("Forget %(what)s", what=title)
    if sentence.is_whole:
        verb = visit._("Forget %(name)s", name=_whole_name(visit, sentence))
        if many:
            verb = visit.n(
                "Forget %(name)s and %(n)s recording",
                "Forget %(name)s and %(n)s recordings",
                many,
                name=_whole_name(visit, sentence),
            )
    return Going(
        plan=plan,
        reaching=_reaching(visit, plan),
        title=title or visit._("No recordings"),
        counted=kinds if many else "",
        verb=verb,
        question=visit._("Forget everything of %(name)s?", name=_whole_name(visit, sentence)),
        names=_names(visit, sentence),
        horizon_hours=visit.service.vault.config.horizon_hours,
        once=secrets.token_hex(16),
    )


def _reaching(visit: Visit, plan: Plan) -> list[str]:
    """When the first of them begin."""
    show = visit.service.household.timeline.show
    first = [
        visit.words.when(show(visit.principal, visit.account_id, each).begin_ms, visit.zone)
        for each in plan.reaching_in[:_NAMED]
    ]
    more = len(plan.reaching_in) - len(first)
    return [*first, visit.n("%(n)s more", "%(n)s more", more)] if more else first


def _whole_name(visit: Visit, sentence: Sentence) -> str:
    """Whom or what a whole is; "" where it is no longer there."""
    if sentence.person is not None:
        person = visit.people.get(sentence.person)
        return person.name if person else ""
    if sentence.device is not None:
        device = visit.devices.get(sentence.device)
        return device.name if device else ""
    return visit.house.name


def _names(visit: Visit, sentence: Sentence) -> str:
    if not sentence.is_whole:
        return ""
    name = _whole_name(visit, sentence)
    if sentence.person is not None:
        return visit._(
            "%(name)s goes too: the name, the sign-in, the consents, and whatever else bailee "
            "knows of them.",
            name=name,
        )
    if sentence.device is not None:
        return visit._("%(name)s goes too: its name, and its right to hand anything in.", name=name)
    return visit._(
        "%(name)s goes: every person, every device, every name. Nobody can sign in here afterwards.",
        name=name,
    )
