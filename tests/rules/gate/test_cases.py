"""Policy tests in TOML: ours pass, and a wrong one is found out."""

from pathlib import Path

import pytest
from tools.generated import DOCS

from bailee.errors import InputError
from bailee.rules.gate_cases import PolicyTest, run_policy_tests

CASE = """
[facts]
belongs = true
role = "owner"
second_factor_age_s = 1
network = "home"
consents = ["use"]

[[case]]
name = "A list"
ask = { who = "person", verb = "list", purpose = "owner-view" }
allowed = true
policies = ["owner"]
"""


@pytest.mark.parametrize("test", run_policy_tests(), ids=lambda each: each.name)
def test_our_own_cases_hold(test: PolicyTest) -> None:
    """Each is decided as it says, by the policies it says."""
    assert test.passed, test.found


def test_a_case_that_does_not_hold_is_told(tmp_path: Path) -> None:
    """By its name, with what was expected and what was found."""
    (tmp_path / "a.toml").write_text(CASE)
    (tmp_path / "b.toml").write_text(CASE.replace('policies = ["owner"]', 'policies = ["guest"]'))
    (tmp_path / "c.toml").write_text(CASE.replace("allowed = true", "allowed = false"))
    (tmp_path / "notes.txt").write_text("not a case")
    found = run_policy_tests(tmp_path)
    assert [(each.place, each.passed) for each in found] == [
        ("a.toml", True),
        ("b.toml", False),
        ("c.toml", False),
    ]
    assert found[1].found.policies == ("owner",)


def test_a_deployments_cases_run_with_its_policies(tmp_path: Path) -> None:
    """So that what it adds can be tested like the rest."""
    (tmp_path / "a.toml").write_text(CASE.replace('["owner"]', '["deployment/no-lists"]'))
    added = '@id("no-lists") forbid(principal, action == Action::"list", resource);'
    (found,) = run_policy_tests(tmp_path, extra_policies=added)
    assert found.found.policies == ("deployment/no-lists",)


@pytest.mark.parametrize(
    ("fault", "old", "new"),
    [
        ("not TOML", "[facts]", "[facts"),
        ("fact of nobody's", "belongs", "belong"),
        ("role of nobody's", '"owner"', '"king"'),
        ("verb of nobody's", '"list"', '"lst"'),
        ("no one who asks", 'who = "person", ', ""),
        ("unknown word in a case", "name =", "title = 1\nname ="),
        ("unknown word in a question", "who =", "role = 1, who ="),
        ("no name", 'name = "A list"', ""),
        ("no policies", '["owner"]', "[]"),
        ("captured backwards", "allowed", "captured = [2, 1]\nallowed"),
        ("captured but once", "allowed", "captured = [2]\nallowed"),
        ("a table instead of cases", "[[case]]", "[case]"),
        ("no cases", "[[case]]", "[facts2]"),
    ],
)
def test_a_file_that_says_what_no_case_can_say(
    tmp_path: Path, fault: str, old: str, new: str
) -> None:
    """A mistake in a test is told, never passed over."""
    del fault
    assert old in CASE
    (tmp_path / "a.toml").write_text(CASE.replace(old, new))
    with pytest.raises(InputError):
        run_policy_tests(tmp_path)


def test_no_cases_are_no_success(tmp_path: Path) -> None:
    """An empty folder proves nothing."""
    with pytest.raises(InputError):
        run_policy_tests(tmp_path)


def test_the_example_in_the_documents_runs(tmp_path: Path) -> None:
    """As it stands there."""
    said = (DOCS / "design" / "gate.md").read_text(encoding="utf-8")
    (tmp_path / "a.toml").write_text(said.partition("```toml\n")[2].partition("```")[0])
    (found,) = run_policy_tests(tmp_path)
    assert found.passed, found.found
