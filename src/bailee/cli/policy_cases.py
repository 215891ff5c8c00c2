"""`bailee policy test`: the policies against cases that anyone can read."""

from pathlib import Path

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.options import common
from bailee.errors import EvidenceError, InputError
from bailee.rules.gate_cases import PolicyTest, run_policy_file, run_policy_tests
from bailee.store import files
from bailee.types.decide import Decision

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("cases", metavar="[FILE...]", nargs=-1, type=PATH)
@click.option("--policies", type=PATH, metavar="FILE", help="With this deployment's own, in Cedar.")
@common
def test(desk: Desk, cases: tuple[Path, ...], policies: Path | None) -> None:
    """Check the policies against the cases that come with bailee, or those of your own files.

    It exits 7 when a case is not decided as it says. How a case is written: docs/design/gate.md.

      bailee policy test
      bailee policy test ours.toml --policies ours.cedar
    """
    extra = "" if policies is None else read_text(policies)
    ran = _ran(cases, extra)
    failed = [each for each in ran if not each.passed]
    well = [] if failed else [f"{say.count(len(ran), 'case')}, each decided as it says."]
    desk.answer(
        {"cases": [_as_json(each) for each in ran], "failed": len(failed)},
        [*(line for each in ran for line in _lines(each)), *well],
    )
    if failed:
        raise EvidenceError(
            f"Of {say.count(len(ran), 'case')}, {len(failed)} must be decided otherwise.",
            hint="Either the case or a policy is wrong. Read both: `bailee policy list`.",
        )


def _ran(cases: tuple[Path, ...], extra: str) -> tuple[PolicyTest, ...]:
    if not cases:
        return run_policy_tests(extra_policies=extra)
    return tuple(
        test
        for file in cases
        for test in run_policy_file(file.name, read_text(file), extra_policies=extra)
    )


def read_text(path: Path) -> str:
    """The text of a file that was named.

    Raises:
        InputError: There is none, or it is no text.
        UnavailableError: It cannot be read.
    """
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    with files.on_disk(str(path)):
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"{path} is no text in UTF-8.") from error


def _lines(test: PolicyTest) -> list[str]:
    mark = click.style("✓", fg="green") if test.passed else click.style("✗", fg="red")
    lines = [f"{mark} {test.place}: {say.name(test.name)}"]
    if not test.passed:
        lines += [f"    must be  {_said(test.expected)}", f"    is       {_said(test.found)}"]
    return lines


def _said(decision: Decision) -> str:
    return f"{'yes' if decision.allowed else 'no'}, by {', '.join(decision.policies)}"


def _as_json(test: PolicyTest) -> dict[str, object]:
    return {
        "file": test.place,
        "name": test.name,
        "passed": test.passed,
        "expected": _decided(test.expected),
        "found": _decided(test.found),
    }


def _decided(decision: Decision) -> dict[str, object]:
    return {"allowed": decision.allowed, "policies": list(decision.policies)}
