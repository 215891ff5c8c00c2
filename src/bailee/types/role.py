"""What a person is to a household, and what they may do with what it holds."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is to an account. A person has at most one role in each."""

    OWNER = "owner"
    GUARDIAN = "guardian"
    """A parent or guardian. Whose, is a fact of its own: see `FactSheet.subject_is_ward`."""
    MEMBER = "member"
    GUEST = "guest"
    """Belongs from one moment to another; sees nothing from before."""
    CHILD = "child"
    STRANGER = "stranger"
    """None of these: not of this household, or not any more."""


class Right(StrEnum):
    """What is granted one by one, to a person or with a link."""

    VIEW = "view"
    HEAR = "hear"
    DOWNLOAD = "download"
    DELETE = "delete"
