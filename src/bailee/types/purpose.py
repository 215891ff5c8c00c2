"""The closed list of what a release may be for."""

from enum import StrEnum


class Purpose(StrEnum):
    """Why bytes leave. Every decision and every ledger entry names one."""

    OWNER_VIEW = "owner-view"
    EXPORT = "export"
    ASSIST = "assist"
    SHARE = "share"
    REVIEW = "review"
    TRAIN = "train"
    LEGAL_PROCESS = "legal-process"
