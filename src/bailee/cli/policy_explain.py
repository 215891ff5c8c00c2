"""`bailee policy explain`: who may do what, by which policies, on which facts (R-22)."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bailee.cli import moments, policy_facts, say
from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import KIND, common
from bailee.cli.policy_cases import read_text
from bailee.cli.policy_question import AsIf, Typed, questions
from bailee.custody.desk import Transaction
from bailee.custody.vault import Vault
from bailee.household.facts import HouseholdFacts
from bailee.rules.gate import CedarGate, Explanation
from bailee.rules.gate_clause import Clause
from bailee.types.decide import Access, PrincipalKind, Verb
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.session_facts import SessionSheet

NEVER = "never"
_WIDTH = 96


@click.command()
@click.argument("about", metavar="ID|HOUSEHOLD")
@click.option(
    "--as",
    "who",
    required=True,
    metavar="WHO",
    help="A name, an id, voice:DEVICE for whoever speaks there, or operator.",
)
@click.option(
    "--purpose", required=True, type=click.Choice([each.value for each in Purpose]), help="Why."
)
@click.option(
    "--verb",
    type=click.Choice([each.value for each in Verb]),
    help="What they would do; by default open it, or list what there is of a household.",
)
@click.option("--person", metavar="NAME", help="With a household: about this person in it.")
@click.option("--kind", type=KIND, metavar="KIND", help="Which of what is held of a recording.")
@click.option("--second-factor", default="now", metavar="TIME|never", help="When it was shown.")
@click.option("--step-up", default="now", metavar="TIME|never", help="When it was shown again.")
@click.option(
    "--network",
    type=click.Choice([each.value for each in Network]),
    default=Network.HOME.value,
    show_default=True,
    help="Where they ask from.",
)
@click.option(
    "--policies",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With this deployment's own, in Cedar.",
)
@common
def explain(
    desk: Desk,
    *,
    about: str,
    who: str,
    purpose: str,
    verb: str | None,
    person: str | None,
    kind: str | None,
    second_factor: str,
    step_up: str,
    network: str,
    policies: Path | None,
) -> None:
    """Say whether somebody may do something, by which policies, and on which facts.

    ID is a recording, one thing held of it, or a person; or name a household. Nobody is signed in
    here, so the answer is what it would be if they were: freshly, and at home, unless you say
    otherwise. Asking opens nothing and is not in the ledger.

      bailee policy explain rec_k3vwrq7ahozc5ttx --as Leo --purpose owner-view
      bailee policy explain home --person Leo --as Ana --purpose export --verb download
    """
    typed = Typed(
        about=about,
        person=person,
        who=who,
        purpose=Purpose(purpose),
        verb=Verb(verb) if verb else None,
        kind=Kind(kind) if kind else None,
        network=Network(network),
    )
    sheet = SessionSheet(
        second_factor_ms=_moment(desk, second_factor, "--second-factor"),
        stepped_up_ms=_moment(desk, step_up, "--step-up"),
    )
    with opened(desk) as vault:
        asked = questions(vault, typed)
        extra = "" if policies is None else read_text(policies)
        facts = HouseholdFacts(vault.desk(), AsIf(sheet))
        gate = CedarGate(facts, extra_policies=extra)
        found = [(each, gate.explain(each), _sentence(vault, typed, each)) for each in asked]
    allowed = all(each.decision.allowed for _, each, _ in found)
    supposed = _supposed(asked[0], sheet)
    desk.answer(
        {
            "allowed": allowed,
            "as_if": supposed,
            "asked": [
                {"sentence": sentence, "verb": access.verb, "purpose": access.purpose}
                | _as_json(each)
                for access, each, sentence in found
            ],
        },
        _lines(found, supposed),
    )


def _moment(desk: Desk, text: str, option: str) -> int | None:
    return None if text.strip().lower() == NEVER else moments.begin(desk, text, option)


# -- in words -------------------------------------------------------------------------------


def _sentence(vault: Vault, typed: Typed, access: Access) -> str:
    """The question, with names instead of ids."""

    def work(t: Transaction) -> str:
        account = access.account_id
        who = typed.who
        if access.principal.kind is PrincipalKind.PERSON:
            who = t.name_of(account, person_id=access.principal.id)
        if access.principal.kind is PrincipalKind.DEVICE:
            who = t.name_of(account, device_id=access.principal.id)
        if access.principal.kind is PrincipalKind.VOICE:
            who = f"a voice at {t.name_of(account, device_id=access.principal.id)}"
        words = [f"{who} asks to {access.verb}, for {access.purpose}:"]
        words.append("everything" if access.kind is None else access.kind.value)
        if access.person_id is not None:
            words.append(f"of {t.name_of(account, person_id=access.person_id)}")
        if access.device_id is not None:
            words.append(f"on {t.name_of(account, device_id=access.device_id)}")
        return " ".join([*words, f"in {t.name_of(account)}"])

    return vault.desk().read(work)


def _supposed(access: Access, sheet: SessionSheet) -> str | None:
    """What was taken for granted; None for the operator, of whom nothing has to be."""
    where = access.principal.network
    match access.principal.kind:
        case PrincipalKind.OPERATOR | PrincipalKind.STAFF:
            return None
        case PrincipalKind.DEVICE:
            return f"as if its token were alive, asking from {where}"
        case PrincipalKind.VOICE:
            return "as if somebody spoke there"
        case PrincipalKind.LINK:
            return f"as if somebody held the link, asking from {where}"
        case PrincipalKind.PERSON:
            return (
                f"as if they were signed in, second factor {_when(sheet.second_factor_ms)}, "
                f"shown again {_when(sheet.stepped_up_ms)}, asking from {where}"
            )


def _when(at_ms: int | None) -> str:
    return NEVER if at_ms is None else say.local(at_ms)


def _lines(found: Sequence[tuple[Access, Explanation, str]], supposed: str | None) -> list[str]:
    lines: list[str] = []
    if len(found) > 1:
        lines += [f"It is of {len(found)}, and one no is a no.", ""]
    for access, each, sentence in found:
        answer = "Yes." if each.decision.allowed else "No."
        lines += [f"{click.style(answer, bold=True)} {say.name(sentence)}"]
        lines += [f"     {supposed}"] if supposed else []
        lines += ["", *_section("Decided by", _deciding(each)), *_others(each)]
        if each.facts is not None:
            known = policy_facts.as_lines(each.facts, access.principal.kind)
            lines += ["What is known", *(f"  {line}" for line in known)]
        lines.append("")
    return lines[:-1]


def _deciding(found: Explanation) -> list[Clause]:
    """The clauses that decided; where none did, the reason in the shape of one."""
    known = {each.policy: each for each in (*found.permits, *found.forbids)}
    reason = Clause(policy=found.decision.policy, effect="forbid", says=found.decision.why)
    return [known.get(each, reason) for each in found.decision.policies]


def _others(found: Explanation) -> list[str]:
    """What would have allowed it, where something stands against it."""
    if found.decision.allowed or found.error:
        return [f"What went wrong: {found.error}", ""] if found.error else []
    if not found.permits:
        return ["Nothing stood for it: no policy opens it.", ""]
    return _section("It would have been opened by", found.permits)


def _section(title: str, clauses: Sequence[Clause]) -> list[str]:
    lines = [title]
    for each in clauses:
        lines.append(f"  {each.policy}")
        lines += [f"    {line}" for line in textwrap.wrap(each.says, _WIDTH - 4)]
    return [*lines, ""]


# -- for programs ---------------------------------------------------------------------------


def _as_json(found: Explanation) -> dict[str, Any]:
    return {
        "allowed": found.decision.allowed,
        "policies": list(found.decision.policies),
        "why": found.decision.why,
        "for": [_clause(each) for each in found.permits],
        "against": [_clause(each) for each in found.forbids],
        "facts": None if found.facts is None else policy_facts.as_json(found.facts),
        "error": found.error or None,
    }


def _clause(clause: Clause) -> dict[str, str]:
    return {"policy": clause.policy, "effect": clause.effect, "says": clause.says}
