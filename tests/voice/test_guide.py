"""The guide to voice says what is so: its sentences are understood, its options exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from bailee.assistant.command import Act
from bailee.assistant.phrases import load_phrases
from bailee.assistant.reading import Names, Reader
from bailee.cli.serve import serve
from bailee.types.ids import DeviceId, PersonId

GUIDE = (Path(__file__).parents[2] / "docs/guide/voice.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (“.+?”) \|", re.MULTILINE)
SENTENCE = re.compile(r"“(.+?)”")
BEGUN = "delete everything i said"
ACTS = [
    *[Act.DELETE] * 6,
    Act.WHAT_HEARD,
    Act.WHAT_KEPT,
    Act.WHO_LISTENED,
    Act.STOP_KEEPING,
    *[Act.REMEMBER, Act.RECALL],
    *[Act.TIME, Act.HELP],
]
"""Of the table's rows in order; a row with two sorts of sentence has two."""
SERVE = re.compile(r"(?:^|`)bailee serve ([^`\n]+)", re.MULTILINE)


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Of a house with a kitchen, and a Leo."""
    names = Names(
        places=(("kitchen", DeviceId("dev_kitchen")),), persons=(("Leo", PersonId("per_leo")),)
    )
    return Reader(load_phrases("en"), names)


def test_each_sentence_is_understood(reader: Reader) -> None:
    """As its row says; one that begins with an ellipsis goes on as the first of its row begins."""
    rows = [SENTENCE.findall(row) for row in ROW.findall(GUIDE)]
    said = [[each.replace("…", BEGUN) for each in row] for row in rows]
    acts = [
        [command.act if (command := reader.read(each)) else None for each in row] for row in said
    ]
    assert None not in [act for row in acts for act in row], list(zip(said, acts, strict=True))
    assert [act for row in acts for act in dict.fromkeys(row)] == ACTS


@pytest.mark.parametrize("said", ["I deleted what you just said", "don't delete what I just said"])
def test_what_it_says_is_no_deletion_is_none(reader: Reader, said: str) -> None:
    assert f"“{said}”" in GUIDE
    assert reader.understand(said) is None


def test_each_option_of_the_server_is_one() -> None:
    """`click` itself takes the lines apart."""
    lines = SERVE.findall(GUIDE)
    assert len(lines) >= 3
    for line in lines:
        context = click.Context(serve, resilient_parsing=True)
        left = serve.make_parser(context).parse_args(shlex.split(line))[1]
        assert left == []
    for named in re.findall(r"`(--[a-z-]+)`", GUIDE):
        assert named in {opt for each in serve.params for opt in each.opts}, named
