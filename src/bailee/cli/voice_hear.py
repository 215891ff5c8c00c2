"""`bailee voice hear`: what is heard in a WAV, and what would come of it."""

from pathlib import Path

import click

from bailee.api.voice_settings import EMBEDDED, VoiceSettings, embedded_if_there, open_engine
from bailee.assistant.command import Act
from bailee.assistant.judging import Verdict, judge
from bailee.assistant.phrases import Phrases, load_phrases
from bailee.assistant.reading import Names, Reader
from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.options import common
from bailee.errors import InputError
from bailee.intake.wav import pcm_of
from bailee.store import files
from bailee.types.hearing import Heard

_WOULD = {
    Verdict.ACT: "It would do that at once.",
    Verdict.ASK: "It would ask first, since nobody can be sure.",
    Verdict.OTHER: "It is no command: it would be kept as the room is set, and handed on.",
}

_FORGETS = "It would forget a day or less of the speaker's own at once, and ask before more."


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--language", default="en", show_default=True, help="Of what is said in it.")
@click.option("--recogniser", default=EMBEDDED, show_default=True, help="As of `bailee serve`.")
@common
def hear(desk: Desk, path: Path, language: str, recogniser: str) -> None:
    """Say what is heard in a WAV, and what would come of it. Nothing is done, and nothing is kept.

    bailee voice hear talk.wav
    """
    with files.on_disk(str(path)):
        pcm = pcm_of(path.read_bytes())
    if not pcm:
        raise InputError("There is no sound in it.")
    phrases = load_phrases(language)
    reader = Reader(phrases, Names())
    heard = _heard(phrases, reader, pcm, recogniser)
    judged = judge(heard, reader.understand)
    act = None if judged.command is None else judged.command.act
    desk.answer(
        {
            "engine": heard.engine,
            "text": heard.text,
            "command": heard.command,
            "verdict": judged.verdict.value,
            "act": None if act is None else act.value,
        },
        [
            f"Heard by {heard.engine}:",
            f"  as speech   {say.name(heard.text) or '–'}",
            f"  as command  {'(no second ear)' if heard.command is None else heard.command or '–'}",
            "" if act is None else f"Understood: {act.value}.",
            _FORGETS
            if act is Act.DELETE and judged.verdict is Verdict.ACT
            else _WOULD[judged.verdict],
        ],
    )


def _heard(phrases: Phrases, reader: Reader, pcm: bytes, recogniser: str) -> Heard:
    embedded = embedded_if_there()
    engine = open_engine(VoiceSettings(recogniser=recogniser), embedded)
    try:
        if embedded is not None and phrases.language in embedded.languages:
            embedded.learn(sorted(reader.sentences()))
        hearing = engine.listen(phrases.language)
        hearing.feed(pcm)
        return hearing.end()
    finally:
        if embedded is not None:
            embedded.close()
