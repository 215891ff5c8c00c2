"""Policies on the command line: read, tested, and asked why; nothing leaves without one."""

from pathlib import Path

import pytest

from bailee.api.service import Service
from bailee.rules.cedar import policies_text
from bailee.rules.gate_clause import clauses_of
from bailee.types.decide import Principal, PrincipalKind
from cli.shell import Shell

CASE = """
[facts]
role = "member"
belongs = true
subject_is_self = true
subject_is_child = false
second_factor_age_s = 60
network = "home"
consents = ["use"]

[[case]]
name = "Somebody of the house hears what they said"
ask = { who = "person", verb = "hear", purpose = "owner-view", kind = "audio" }
allowed = ALLOWED
policies = ["POLICY"]
"""
NOT_AWAY = """
@id("not-from-away")
forbid (principal is Person, action, resource)
when { context.network == Network::"home" };
"""


@pytest.fixture
def house(shell: Shell) -> Shell:
    """A household of Ana, Leo, and Mia, who is a child; and a speaker in the kitchen."""
    shell.ok("household", "found", "home", "--owner", "Ana")
    leo = shell.json("household", "add-person", "home", "Leo", "--role", "member")
    with Service.open(shell.home, clock=shell.clock) as service:
        who = Principal(kind=PrincipalKind.PERSON, id=leo["person"])
        service.household.members.join(who, leo["household"])
    shell.ok("household", "add-person", "home", "Mia", "--sort", "child")
    shell.ok("household", "add-device", "home", "kitchen", "--sort", "speaker")
    return shell


def test_alone_it_says_what_is_kept_and_leads_on(shell: Shell) -> None:
    """The retention table as ever, and where the rest is."""
    said = shell.ok("policy")
    assert "kept for" in said
    assert "bailee policy list" in said
    assert shell.json("policy")["policy"][0]["kind"] == "audio"


def test_every_clause_is_printed_with_its_file_and_words(tmp_path: Path) -> None:
    """All of them, word for word, in the order in which they are named; without a vault too."""
    shell = Shell(tmp_path)
    found = shell.json("policy", "list")["policies"]
    assert [(each["policy"], each["says"]) for each in found] == [
        (each.policy, each.says) for each in clauses_of(policies_text())
    ]
    said = shell.ok("policy", "list")
    assert said.startswith("account.cedar\n  closes  members-only\n    Nobody reaches into")
    assert f"{len(found)} policies: " in said
    assert max(len(line) for line in said.splitlines()) <= 96


def test_the_bundled_cases_hold(shell: Shell) -> None:
    """A line each, and how many."""
    said = shell.ok("policy", "test").splitlines()
    assert "✓ household.toml: The right password alone opens nothing" in said
    assert said[-1] == f"{len(said) - 1} cases, each decided as it says."
    assert shell.json("policy", "test")["failed"] == 0


@pytest.mark.parametrize(
    ("allowed", "policy", "code"), [("true", "member-own", 0), ("false", "second-factor", 7)]
)
def test_cases_of_ones_own_pass_or_exit_7(
    shell: Shell, allowed: str, policy: str, code: int
) -> None:
    """What was expected and what came is said of each that fails."""
    file = shell.folder / "ours.toml"
    file.write_text(CASE.replace("ALLOWED", allowed).replace("POLICY", policy))
    ran = shell.run("policy", "test", file)
    assert ran.exit_code == code
    if code:
        assert "✗ ours.toml: Somebody of the house hears what they said" in ran.stdout
        assert "must be  no, by second-factor" in ran.stdout
        assert "is       yes, by member-own" in ran.stdout
        assert "Of 1 case, 1 must be decided otherwise." in ran.stderr
    assert shell.json("policy", "test", file, code=code)["failed"] == int(bool(code))


def test_a_deployments_own_policies_are_tested_with_ours(shell: Shell) -> None:
    """They close more; one that cannot be read is refused with its reason."""
    ours, cases = shell.folder / "ours.cedar", shell.folder / "ours.toml"
    ours.write_text(NOT_AWAY)
    cases.write_text(CASE.replace("ALLOWED", "false").replace("POLICY", "deployment/not-from-away"))
    assert "1 case, each" in shell.ok("policy", "test", cases, "--policies", ours)
    ours.write_text("permit (")
    refused = shell.run("policy", "test", cases, "--policies", ours)
    assert refused.exit_code == 2
    assert "cannot be read" in refused.stderr
    assert shell.run("policy", "test", shell.folder / "none.toml").exit_code == 2
    cases.write_bytes(b"\xff\xfe")
    assert shell.run("policy", "test", cases).exit_code == 2


def test_why_somebody_may_hear_themselves_and_no_other(house: Shell, talk: Path) -> None:
    """The answer, the clause, what stands against it, what would have opened it, the facts."""
    (recording,) = house.deposit(talk)
    asked = ("policy", "explain", recording, "--purpose", "owner-view")
    yes = house.ok(*asked, "--as", "leo")
    assert yes.startswith("Yes. Leo asks to hear, for owner-view: audio of Leo on kitchen in home")
    assert "as if they were signed in, second factor" in yes
    assert "asking from home" in yes
    assert "Decided by\n  member-own\n    A member may do everything" in yes
    assert "their role in it                   member" in yes
    no = house.ok(*asked, "--as", "Leo", "--second-factor", "never", "--network", "barred")
    assert no.startswith("No. Leo asks to hear")
    assert "Decided by\n  barred-network\n" in no
    assert "\n  second-factor\n" in no
    assert "It would have been opened by\n  member-own\n" in no
    told = house.json(*asked, "--as", "Leo", "--second-factor", "31d ago")
    assert (told["allowed"], told["asked"][0]["policies"]) == (False, ["second-factor"])
    assert told["asked"][0]["facts"]["second_factor_age_s"] == 31 * 86_400
    mia = house.json(*asked, "--as", "Mia")["asked"][0]
    assert mia["policies"][:2] == ["members-only", "no-strangers"]  # she was never let in


def test_why_the_operator_a_device_and_a_link_may_or_may_not(house: Shell, talk: Path) -> None:
    """Each as what it is; of the operator nothing is supposed."""
    (recording,) = house.deposit(talk)
    asked = ("policy", "explain", recording)
    operator = house.json(*asked, "--as", "operator", "--purpose", "owner-view")
    assert (operator["allowed"], operator["as_if"]) == (True, None)
    trained = house.ok(*asked, "--as", "operator", "--purpose", "train")
    assert "Nothing stood for it: no policy opens it." in trained
    kitchen = ("--as", "kitchen", "--purpose", "owner-view")
    assert house.json(*asked, *kitchen)["asked"][0]["policies"] == ["device-only-deposits"]
    assert "as if its token were alive" in house.ok(*asked, *kitchen, "--verb", "deposit")
    link = house.json(*asked, "--as", "lnk_aaaaaaaaaaaaaaaa", "--purpose", "share")
    assert "members-only" in link["asked"][0]["policies"]


def test_why_a_voice_may_forget_and_not_hear(house: Shell, talk: Path) -> None:
    """It is nobody's before the household listens there; then that of nobody in particular."""
    (recording,) = house.deposit(talk)
    asked = ("policy", "explain", recording, "--as", "voice:kitchen", "--purpose", "owner-view")
    assert "members-only" in house.json(*asked, "--verb", "erase")["asked"][0]["policies"]
    house.ok("voice", "add", "home", "kitchen", "--post")
    no = house.ok(*asked, "--verb", "erase")
    assert no.startswith("No. a voice at kitchen asks to erase")
    assert "as if somebody spoke there" in no
    assert "voice-forgets" in no  # it is Leo's, and the room was given to nobody
    assert "second factor" not in no


def test_a_household_or_one_person_of_it_is_asked_about(house: Shell) -> None:
    """By name, or a person by their id; what is nobody's name is said to be none."""
    whole = ("policy", "explain", "home", "--purpose", "owner-view")
    assert house.json(*whole, "--as", "operator")["allowed"]
    child = (*whole, "--person", "Mia", "--as", "operator")
    told = house.json(*child, "--verb", "deposit")["asked"][0]
    assert told["policies"] == ["parental-consent"]
    assert told["sentence"] == "operator asks to deposit, for owner-view: everything of Mia in home"
    mia = next(
        each["id"]
        for each in house.json("household", "show", "home")["persons"]
        if each["name"] == "Mia"
    )
    by_id = ("policy", "explain", mia, "--as", "operator", "--purpose", "owner-view")
    assert house.json(*by_id, "--verb", "consent")["asked"][0]["policies"][0] == (
        "consent-is-ones-own"
    )
    assert house.run(*whole, "--as", "Nobody").exit_code == 4
    assert house.run(*whole, "--as", "operator", "--person", "Nobody").exit_code == 4
    assert house.run("policy", "explain", "elsewhere", *child[3:]).exit_code == 4
    assert house.run(*whole, "--as", "operator", "--kind", "audio").exit_code == 2
    assert house.run("policy", "explain", "rec_x", *whole[3:], "--as", "operator").exit_code == 2


def test_asking_why_leaves_no_trace(house: Shell, talk: Path) -> None:
    """Neither a release nor a refusal in the ledger: nothing was done."""
    (recording,) = house.deposit(talk)
    before = house.json("ledger", "head")
    house.ok("policy", "explain", recording, "--as", "Leo", "--purpose", "train")
    assert house.json("ledger", "head") == before


def test_nothing_of_a_child_or_of_whom_nobody_described_leaves(house: Shell, talk: Path) -> None:
    """The operator is refused by the clause that protects them, and no file is begun."""
    deposit = ("deposit", talk, "--account", "home", "--device", "kitchen")
    for who in ("Mia", "Stranger"):
        refused = house.run(*deposit, "--person", who)
        assert refused.exit_code == 3, refused.output
        assert "parental-consent" in refused.stderr
    assert house.held() == []


def test_without_a_household_whoever_runs_the_vault_keeps_it(shell: Shell, talk: Path) -> None:
    """Deposit, longer, out, away: as ever; and why is said too."""
    (recording,) = shell.deposit(talk)
    shell.ok("retain", "--account", "home", "--person", "Leo", "--keep", "90d")
    view = ("--purpose", "owner-view")
    shell.ok("release", recording, *view, "--out", shell.folder / "out.wav")
    assert shell.json("policy", "explain", recording, *view, "--as", "operator")["allowed"]
    assert shell.run("policy", "explain", recording, *view, "--as", "Leo").exit_code == 4
    shell.ok("erase", "--account", "home", "--person", "Leo", "--yes")


def test_a_word_that_is_no_command_is_told_which_was_meant(shell: Shell) -> None:
    """In a group as at the top."""
    wrong = shell.run("policy", "explian")
    assert wrong.exit_code == 2
    assert "Did you mean `bailee policy explain`?" in wrong.stderr
