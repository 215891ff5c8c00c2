"""What bailee says it is when Wyoming asks: nothing of the household."""

from collections.abc import Callable
from typing import TypeVar

from bailee import __version__
from bailee.intake.wyoming.events import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
)
from bailee.types.hearing import Engine

Program = TypeVar("Program")
NAME = "bailee"
_BY = Attribution(name="bailee", url="")


def info_of(engine: Engine) -> Info:
    """One recogniser and one that answers, each in the languages of *engine*.

    It may ask another program: not on an event loop.
    """
    languages = list(engine.languages)
    ears = AsrModel(
        name=engine.name,
        attribution=_BY,
        installed=True,
        description=engine.name,
        version=__version__,
        languages=languages,
    )
    wits = HandleModel(
        name=NAME,
        attribution=_BY,
        installed=True,
        description="Forgets when told",
        version=__version__,
        languages=languages,
    )
    return Info(asr=[_program(AsrProgram, ears)], handle=[_program(HandleProgram, wits)])


def _program(kind: Callable[..., Program], model: AsrModel | HandleModel) -> Program:
    return kind(
        name=NAME,
        attribution=_BY,
        installed=True,
        description="Keeps what it may, forgets when told",
        version=__version__,
        models=[model],
    )
