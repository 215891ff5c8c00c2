"""What somebody asks of the assistant, as a value: two opinions are compared by ``==``."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bailee.assistant.when import Hours, When
from bailee.types.ids import DeviceId, PersonId

_NOON_MIN = 720


class Act(StrEnum):
    """What is to be done."""

    DELETE = "delete"
    """Forget what `Command.scope` says (R-14)."""
    WHAT_HEARD = "what-heard"
    """“What did you hear?”"""
    WHAT_KEPT = "what-kept"
    """“What do you keep?”"""
    WHO_LISTENED = "who-listened"
    """“Who listened to me?”"""
    STOP_KEEPING = "stop-keeping"
    """“Stop keeping what I say.”"""
    REMEMBER = "remember"
    """“Remember that …”: `Command.rest`."""
    RECALL = "recall"
    """“What do you remember about …?”: `Command.rest`, "" for everything."""
    TIME = "time"
    HELP = "help"
    """“What can I say?”"""
    YES = "yes"
    NO = "no"
    MORNING = "morning"
    """Half an answer: to “in the morning or in the afternoon?”."""
    AFTERNOON = "afternoon"
    """The other half; the evening too."""


class Extent(StrEnum):
    """Two times that no calendar has."""

    JUST_SAID = "just-said"
    """The utterance before this one."""
    EVER = "ever"
    """Everything, whenever it was."""


class Who(StrEnum):
    """Whose."""

    ME = "me"
    """Whoever speaks."""
    EVERYBODY = "everybody"
    """Nobody was named, a place was: “everything from the kitchen”."""
    NAMED = "named"
    """`Scope.person_id`."""


class Where(StrEnum):
    """From which device."""

    ANYWHERE = "anywhere"
    HERE = "here"
    """The one that hears this: “on this device”, “in here”."""
    NAMED = "named"
    """`Scope.device_id`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is meant, of all that is held.

    Attributes:
        person_id: With `Who.NAMED`, and only then.
        device_id: With `Where.NAMED`, and only then.
    """

    when: Extent | When
    who: Who = Who.ME
    where: Where = Where.ANYWHERE
    person_id: PersonId | None = None
    device_id: DeviceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What was asked.

    Attributes:
        scope: Of `DELETE` always, of `WHAT_HEARD` and `WHO_LISTENED` where a time, a place or a
            person was said.
        rest: The words after “remember that” or “about”, as they were written; else "".
    """

    act: Act
    scope: Scope | None = None
    rest: str = ""

    @property
    def is_half_open(self) -> bool:
        """Whether “in the morning or in the afternoon?” has to be asked before it is done."""
        when = self.scope.when if self.scope else None
        return isinstance(when, Hours) and not when.is_sure

    def answered(self, half: Act) -> "Command":
        """The same with its half of the day: *half* is `MORNING` or `AFTERNOON`.

        Requires `is_half_open`.
        """
        assert self.scope is not None
        assert half in {Act.MORNING, Act.AFTERNOON}
        when = self.scope.when
        assert isinstance(when, Hours)
        later = _NOON_MIN if half is Act.AFTERNOON else 0
        sure = replace(when, begin_min=when.begin_min + later, is_sure=True)
        return replace(self, scope=replace(self.scope, when=sure))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """A whole command that may mean two things: two rooms of one name, say. Asked, never guessed.

    Attributes:
        act: What is to be done, whichever is meant.
        name: The name that more than one thing has, as the household wrote it; "" where the words
            of the command themselves can be taken in two ways.
    """

    act: Act
    name: str
