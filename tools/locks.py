"""The locked requirements: pinned, hashed, naming no place to fetch from, and agreeing."""

import re
import sys
import tomllib
from pathlib import Path

from tools.generated import ROOT

REQUIREMENTS = ROOT / "requirements"
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^ ;]+)")
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def logical_lines(text: str) -> list[str]:
    """The lines of a requirements file, continued ones joined, comments and blanks left out."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = "\n".join(lines).replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip()]


def canonical(name: str) -> str:
    """A project's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def faults(text: str) -> list[str]:
    """What is wrong with a lock file, a sentence each."""
    found = ["it names a place to fetch from"] if "://" in text or " @ " in text else []
    for line in logical_lines(text):
        if line.startswith("-"):
            found.append(f"it gives pip an option: {line}")
        elif not PIN.match(line):
            found.append(f"not pinned: {line.split()[0]}")
        elif "--hash=sha256:" not in line:
            found.append(f"no hash: {line.split()[0]}")
    return found


def pins(text: str) -> set[tuple[str, str]]:
    """The names and versions that a lock file pins."""
    matches = (PIN.match(line) for line in logical_lines(text))
    return {(canonical(each[1]), each[2]) for each in matches if each}


def wanted(pyproject: Path = ROOT / "pyproject.toml") -> set[str]:
    """What the project asks for to run and to be built."""
    declared = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    asked = [*declared["project"]["dependencies"], *declared["build-system"]["requires"]]
    return {canonical(match[0]) for each in asked if (match := NAME.match(each))}


def all_faults() -> list[str]:
    """What is wrong with the project's two lock files, and between them."""
    base, dev = ((REQUIREMENTS / f"{each}.txt").read_text("utf-8") for each in ("base", "dev"))
    found = [f"base.txt: {each}" for each in faults(base)]
    found += [f"dev.txt: {each}" for each in faults(dev)]
    apart = sorted(f"{name} {version}" for name, version in pins(base) - pins(dev))
    found += [f"dev.txt lacks {each}, which base.txt has" for each in apart]
    missing = sorted(wanted() - {name for name, _ in pins(base)})
    return found + [f"base.txt lacks {each}, which pyproject.toml asks for" for each in missing]


def main() -> None:
    """Print what is wrong with the lock files; exit 1 if anything is."""
    found = all_faults()
    for each in found:
        print(f"requirements/{each}; run `make lock`")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
