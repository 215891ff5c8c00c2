"""The closed list of what bailee holds (R-01)."""

from enum import StrEnum


class Kind(StrEnum):
    """A class of data. Each has its own tree of keys beside its recordings."""

    AUDIO = "audio"
    VIDEO = "video"
    IMAGE = "image"
    TRANSCRIPT = "transcript"
    THUMBNAIL = "thumbnail"
    EMBEDDING = "embedding"
    VOICEPRINT = "voiceprint"
    FACEPRINT = "faceprint"
    FACT = "fact"
    LOCATION = "location"
    ANNOTATION = "annotation"
    DATASET = "dataset"
    MODEL = "model"
    LABEL = "label"


CAPTURED = frozenset({Kind.AUDIO, Kind.VIDEO, Kind.IMAGE})
"""Kinds that a file's own bytes can prove."""
