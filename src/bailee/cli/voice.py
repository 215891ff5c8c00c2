"""`bailee voice`: which rooms listen, and what can be said there."""

import click

from bailee.cli.lazy import LazyGroup

_ROOMS = "bailee.cli.voice_rooms"
COMMANDS = {
    "list": (f"{_ROOMS}:list_", "List the rooms that listen."),
    "add": (f"{_ROOMS}:add", "Let a speaker listen, or otherwise than so far."),
    "remove": (f"{_ROOMS}:remove", "Let it listen no more."),
    "say": ("bailee.cli.voice_words:say_", "Show what can be said."),
    "hear": ("bailee.cli.voice_hear:hear", "Say what is heard in a WAV, and do nothing."),
}


@click.group(cls=LazyGroup, commands_by_name=COMMANDS)
def voice() -> None:
    """Let rooms listen: for Home Assistant, a Wyoming satellite, or a device that hands in sound.

    Whose voice it is taken for, only they themselves can say, or a parent for a child: on the page
    Listening, signed in. So can they say there what is kept. `bailee serve` does the listening.

      bailee voice add home kitchen --listen tcp://127.0.0.1:10300
      bailee voice list home
      bailee voice say
    """
