"""`bailee voice say`: what can be said."""

import click

from bailee.assistant.examples import examples
from bailee.assistant.phrases import load_phrases
from bailee.cli.desk import Desk
from bailee.cli.options import common

_SECTIONS = ("delete", "commands", "when", "place")


@click.command(name="say")
@click.option("--language", default="en", show_default=True, help="In which language.")
@common
def say_(desk: Desk, language: str) -> None:
    """Show what can be said to a room that listens, an example each.

    bailee voice say --language de
    """
    phrases = load_phrases(language)
    found = {section: dict(examples(phrases, section)) for section in _SECTIONS}
    lines: list[str] = []
    for section, rules in found.items():
        lines += ["", f"{section}:"] if lines else [f"{section}:"]
        lines += [f"  {text}" for text in rules.values()]
    desk.answer({"language": language, **found}, lines)
