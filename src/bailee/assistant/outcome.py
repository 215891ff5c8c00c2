"""What became of what was asked: what to say, and what is asked now."""

from dataclasses import dataclass

from bailee.assistant.pending import About


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A sentence, said once.

    Attributes:
        text: What to say; "" for nothing.
        about: What its question is about; None where it is none.
        handled: It is bailee's own answer, or somebody's who was asked; False: nobody's.
    """

    text: str
    about: About | None = None
    handled: bool = True
