"""What can be said about a consent, and how: closed lists, so that the wrong thing has no word."""

from enum import StrEnum


class Notice(StrEnum):
    """The disclosures that stand apart from any terms (OR, “affirmative express consent”)."""

    USE = "use"
    CHILDREN = "children"
    """The direct notice to a parent (16 CFR 312.4(c))."""
    DISCLOSE = "disclose"
    TRAIN = "train"
    REVIEW = "review"
    LAW_ENFORCEMENT = "law-enforcement"


class How(StrEnum):
    """The acts by which someone says yes, each after a disclosure that stood alone (R-08).

    A box ticked beforehand, terms agreed to as a bundle, going on, hovering, closing: none of
    them is an act of saying yes, and none has a word here.
    """

    BUTTON = "button"
    """Pressed the yes of a page that showed the notice and two equal answers."""
    TYPED = "typed"
    """Typed yes at a terminal, after the notice was printed there."""
    SPOKEN = "spoken"
    """Said yes aloud, after the notice was read out."""
    SIGNED = "signed"
    """Signed the notice on paper."""


class ConsentAct(StrEnum):
    """What became of a consent."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    """By whom it is about."""
    REVOKED = "revoked"
    """By another, such as a parent."""


class Channel(StrEnum):
    """By what a notice or a message reaches someone."""

    PAGE = "page"
    TERMINAL = "terminal"
    VOICE = "voice"
    PAPER = "paper"
    INBOX = "inbox"
    MESSAGE = "message"
    """E-mail, push and kin: whatever took it from us."""
