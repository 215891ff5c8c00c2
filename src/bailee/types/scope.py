"""What a person can consent to, one by one (R-07)."""

from enum import StrEnum


class Scope(StrEnum):
    """Separate consents. All but the first are off until given, and the service needs none of them.

    16 CFR 312.5(a)(2): consent to collection and use, without consent to disclosure.
    """

    USE = "use"
    """Collect and use, for the household itself. Off too for a child, until a parent consents."""
    DISCLOSE = "disclose"
    """To third parties: whoever holds a link, a vendor."""
    TRAIN = "train"
    """Train models."""
    REVIEW = "review"
    """Let people who work for the operator look."""
    LAW_ENFORCEMENT = "law-enforcement"
    """Hand over to the police without being compelled to."""
