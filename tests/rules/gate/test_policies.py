"""The policies themselves: readable, complete, valid; and what a deployment may add to them."""

import re

import pytest
from tools.permission_cube import OPEN_PERMIT, Cell, asked

from bailee.custody.owner import decide_owner
from bailee.errors import InputError
from bailee.rules.cedar import CONCERNS, FOLDER, policies_text
from bailee.rules.entries import FIELDS
from bailee.rules.gate import DEFAULT_DENY, CedarGate
from bailee.rules.gate_clause import Clause
from bailee.rules.gate_policies import Policies
from bailee.types.decide import verb_of_release
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose

CLAUSES = tuple(Policies().clauses.values())
CITED = re.compile(r"\((R-\d\d|16 CFR 312|OA |OR ).*\)")


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda each: each.policy)
def test_a_policy_can_be_read(clause: Clause) -> None:
    """An id the ledger can name, and a sentence that cites a duty, a rule or an order."""
    assert FIELDS["release"]["policy"](clause.policy)
    assert CITED.search(clause.says)
    assert clause.says[0].isupper()


def test_every_file_of_policies_is_read() -> None:
    """None lies about without effect."""
    names = {each.name for each in FOLDER.iterdir() if each.name.endswith(".cedar")}
    assert names == {f"{each}.cedar" for each in CONCERNS}


def test_a_file_is_ordered_as_it_is_told() -> None:
    """Policies are named in the order in which a reader meets them."""
    assert [each.policy for each in CLAUSES] == re.findall(r'@id\("(.*?)"\)', policies_text())


@pytest.mark.parametrize(
    ("fault", "policy"),
    [
        ("attribute", 'permit(principal, action, resource) when { context.rol == Role::"owner" };'),
        ("role", 'permit(principal, action, resource) when { context.role == Role::"ownr" };'),
        ("type of role", 'permit(principal, action, resource) when { context.role == "owner" };'),
        ("action", 'permit(principal, action == Action::"veiw", resource);'),
        ("principal", "permit(principal is Persn, action, resource);"),
        ("type of age", "forbid(principal, action, resource) when { context.held < 3 };"),
        ("set of words", 'forbid(principal, action, resource) when { context.rights.contains("view") };'),
        ("syntax", "permit(principal, action);"),
        ("template", "permit(principal == ?principal, action, resource);"),
        ("id used twice", '@id("a") permit(principal, action, resource);' * 2),
        ("id that is none", '@id("a b") permit(principal, action, resource);'),
        ("empty id", '@id("") permit(principal, action, resource);'),
    ],
    ids=lambda each: each if len(each) < 20 else "",
)  # fmt: skip
def test_a_typo_in_a_policy_does_not_start(fault: str, policy: str) -> None:
    """A deployment's mistake is told at once, not met at the first request."""
    del fault
    with pytest.raises(InputError):
        Policies(policy)


def test_a_deployments_policy_cannot_pass_for_one_of_ours() -> None:
    """It is named as the deployment's, in decisions and in the ledger."""
    mine = '// We look at it together. (a house rule)\n@id("owner")\n' + OPEN_PERMIT
    facts, access = asked(Cell("owner", "view film", "owner-view", "themselves", "in order"))
    gate = CedarGate(lambda _: facts, extra_policies=mine)
    assert gate(access).policies == ("owner", "deployment/owner")
    assert FIELDS["release"]["policy"]("deployment/owner")
    assert gate.clauses[-1].says == "We look at it together. (a house rule)"


def test_a_deployment_opens_what_is_closed_by_default_alone() -> None:
    """A member may be let hear another grown-up, if a household wants that."""
    facts, access = asked(
        Cell("member", "hear sound", "owner-view", "another grown-up", "in order")
    )
    assert CedarGate(lambda _: facts)(access).policies == (DEFAULT_DENY,)
    added = '@id("we-share") permit(principal is Person, action == Action::"hear", resource);'
    found = CedarGate(lambda _: facts, extra_policies=added)(access)
    assert (found.allowed, found.policies) == (True, ("deployment/we-share",))


def test_a_deployment_closes_more() -> None:
    """Live view from home only, say; and it is named before what allows."""
    facts, access = asked(Cell("owner", "live film", "owner-view", "themselves", "in order"))
    added = """
        @id("live-at-home")
        forbid(principal is Person, action == Action::"live", resource)
        unless { context.network == Network::"away" };
    """
    found = CedarGate(lambda _: facts, extra_policies=added)(access)
    assert (found.allowed, found.policies) == (False, ("deployment/live-at-home",))


def test_a_decision_says_why_in_plain_words() -> None:
    """What the first policy's comment says; a sentence for the two that have none."""
    for state, policy, words in (
        ("in order", "owner", "The owner of an account may"),
        ("network barred", "barred-network", "A network that the guard has shut out"),
    ):
        facts, access = asked(Cell("owner", "list", "owner-view", "themselves", state))
        found = CedarGate(lambda _, facts=facts: facts)(access)
        assert found.policy == policy
        assert found.why.startswith(words)
    facts, access = asked(Cell("member", "list", "owner-view", "another grown-up", "in order"))
    assert CedarGate(lambda _: facts)(access).why.startswith("No policy allows it")


def test_an_explanation_names_what_would_allow_it_and_what_stands_against_it() -> None:
    """Both sides, also where one of them has decided."""
    facts, access = asked(Cell("owner", "live film", "owner-view", "themselves", "no step-up"))
    told = CedarGate(lambda _: facts).explain(access)
    assert [each.policy for each in told.permits] == ["owner"]
    assert [each.policy for each in told.forbids] == ["step-up"]
    assert told.decision == CedarGate(lambda _: facts)(access)
    assert (told.facts, told.error) == (facts, "")


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("kind", Kind)
def test_the_vaults_owner_may_what_the_operator_may(kind: Kind, purpose: Purpose) -> None:
    """The decision of a vault without a household is that of the gate for its operator."""
    verb = verb_of_release(kind, purpose)
    sort = {Kind.AUDIO: "sound", Kind.VIDEO: "film"}.get(kind, "other")
    facts, access = asked(
        Cell("operator", f"{verb} {sort}", purpose, "nobody in particular", "in order"), kind
    )
    ours, gates = decide_owner(access), CedarGate(lambda _: facts)(access)
    assert ours.allowed == gates.allowed
    if gates.allowed:
        assert ours.policies == gates.policies
