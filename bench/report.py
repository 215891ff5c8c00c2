"""The table, on the terminal and as docs/benchmarks.md."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from harness import Part, Row, shown
from slow import SYNC_MS

FLAT_AIM = 1.5
WHY = Path(__file__).with_name("why.md")
"""What a profile says of each aim that was missed: written by hand, kept with the table."""

_BEGINS = "\n## "
_WHY_TITLE = "Why, where an aim was missed"
_SLOWER_TITLE = f"The same where a sync takes {SYNC_MS:g} ms longer"
_SYNC = "fsync of one changed page"
_COLUMNS = "| work | against | ratio | aim | ours | theirs |\n|---|---|--:|---|--:|--:|"
_HEAD = """# Benchmarks

Written by `make bench`; what changes from machine to machine is measured in the same run. Only the
ratios say something: each is ours against a named baseline, turn about on one machine, in one
process or, over HTTP, in servers alike, the same durability on both sides, medians. Above 1 ours is faster.

"""


def terminal(parts: Sequence[Part]) -> str:
    """A table for people who wait for it."""
    lines = []
    for part in parts:
        lines.append(f"\n{part.title}")
        for row in part.rows:
            said = (
                f"{_ratio(row):>9}  {_aim(row):<17} {shown(row.ours_s):>8} / {shown(row.theirs_s)}"
            )
            lines.append(f"  {said:<52} {row.work}; against {row.against}")
        if part.flat is not None:
            lines.append(f"  {_flat(part.flat)}")
        lines += ["  " + "".join(f"{cell:>14}" for cell in cells) for cells in _cells(part)]
        lines += [f"  {what}: {much}" for what, much in part.figures]
    return "\n".join(lines)


def document(
    parts: Sequence[Part], slower: Sequence[Part], machine: Sequence[tuple[str, str]]
) -> str:
    """The same for docs/benchmarks.md."""
    day = datetime.now(tz=UTC).strftime("%Y-%m-%d")
    facts = "".join(f"| {what} | {much} |\n" for what, much in [("Date", day), *machine])
    body = "\n".join(_section(part) for part in parts)
    body += _slower([_line(row) for part in slower for row in part.rows])
    return f"{_HEAD}| Measured on | |\n|---|---|\n{facts}\n{body}\n{_why()}"


def renewed(
    before: str, parts: Sequence[Part], slower: Sequence[Part], machine: Sequence[tuple[str, str]]
) -> str:
    """The document *before*, with *parts* in the place of their sections or after the others."""
    head, *sections = before.split(_BEGINS)
    titled = {each.partition("\n")[0]: each.rstrip() for each in sections}
    titled.pop(_WHY_TITLE, None)
    slow = titled.pop(_SLOWER_TITLE, "")
    for part in parts:
        title, _, rest = _section(part).removeprefix("## ").partition("\n")
        titled[title] = f"{title}\n\n{_taken_on_its_own(machine)}\n{rest.rstrip()}"
    told = [line for line in slow.splitlines() if line.endswith(" |")][1:]
    lines = {_key(line): line for line in told}
    lines |= {_key(line): line for part in slower for line in map(_line, part.rows)}
    body = f"\n{_BEGINS}".join([head.rstrip(), *titled.values()])
    return f"{body}\n{_slower(lines.values())}\n{_why()}"


def _taken_on_its_own(machine: Sequence[tuple[str, str]]) -> str:
    day = datetime.now(tz=UTC).strftime("%Y-%m-%d")
    return f"Taken on its own on {day}; {_SYNC} took {dict(machine)[_SYNC]}."


def _key(line: str) -> tuple[str, str]:
    """What a row is of, without its figures; a note has figures too."""
    work, against = line.split(" | ")[:2]
    return work, against.partition(" (")[0] if "alone" in against else against


def _why() -> str:
    return WHY.read_text(encoding="utf-8") if WHY.exists() else ""


def _slower(lines: Collection[str]) -> str:
    """The rows again, in one table: the aims were set for a disk like that."""
    if not lines:
        return ""
    head = f"""
## {_SLOWER_TITLE}

The aims were set on a disk that syncs in 3.5 to 6 ms. Here each sync of either side was made to
take {SYNC_MS:g} ms longer (`bench/slow_sync.c`), at a smaller size. Syncs of different threads wait side
by side, which favours the baselines: they sync more often.
"""
    return "\n".join([head, _COLUMNS, *lines, ""])


def _section(part: Part) -> str:
    lines = [f"## {part.title}", ""]
    if part.rows:
        lines.append(_COLUMNS)
        lines += [_line(row) for row in part.rows]
        lines.append("")
    for number, cells in enumerate(_cells(part)):
        lines += [f"| {' | '.join(cells)} |", *(["|" + "--:|" * len(cells)] if not number else [])]
    if part.table:
        lines.append("")
    facts = [] if part.flat is None else [_flat(part.flat)]
    facts += [f"{what}: {much}" for what, much in part.figures]
    lines += [f"- {fact}" for fact in facts]
    return "\n".join([*lines, ""]) if facts else "\n".join(lines)


def _cells(part: Part) -> list[tuple[str, ...]]:
    return [part.columns, *part.table] if part.table else []


def _line(row: Row) -> str:
    against = f"{row.against} ({row.note})" if row.note else row.against
    cells = (row.work, against, _ratio(row), _aim(row), shown(row.ours_s), shown(row.theirs_s))
    return f"| {' | '.join(cells)} |"


def _ratio(row: Row) -> str:
    return f"{row.ratio:.0f}×" if row.ratio >= 10 else f"{row.ratio:.2f}×"


def _aim(row: Row) -> str:
    if row.aim is None:
        return ""
    least = f"≥ {row.aim:.2g}×" if row.aim < 100 else f"≥ {row.aim:.0f}×"
    return f"{least} {row.verdict}"


def _flat(flat: float) -> str:
    verdict = "met" if flat <= FLAT_AIM else "missed"
    return f"From the smallest to the largest: within {flat:.2f}× (aim ≤ {FLAT_AIM}×, {verdict})"
