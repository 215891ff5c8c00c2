"""A transcript: plain words, or words with their times. From bytes that somebody else wrote."""

import json
from dataclasses import dataclass
from typing import Any

_MOST_SEGMENTS = 5000
_LONGEST_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """What was said between two moments of the recording, in seconds from its beginning."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """`segments` is empty where the words have no times; `text` is all of them."""

    text: str
    segments: tuple[Segment, ...] = ()

    @classmethod
    def parse(cls, content: bytes) -> "Transcript":
        """Read *content* (untrusted).

        ``{"segments": [{"start": …, "end": …, "text": …}]}``, in seconds, as engines write it, has
        times; everything else is words, and what is no text in it is replaced.
        """
        plain = content.decode("utf-8", errors="replace")
        segments = _segments(plain) if plain.lstrip().startswith("{") else ()
        if not segments:
            return cls(text=plain.strip())
        return cls(text=" ".join(each.text for each in segments), segments=segments)

    def first(self, letters: int) -> str:
        """The first words, cut between two of them."""
        whole = " ".join(self.text.split())
        if len(whole) <= letters:
            return whole
        return f"{whole[:letters].rsplit(' ', 1)[0]} …"

    def captions(self) -> str:
        """As WebVTT (W3C), which a player shows over the picture."""
        cues = [
            f"{_stamp(each.start_s)} --> {_stamp(each.end_s)}\n{_escaped(each.text)}\n"
            for each in self.segments
        ]
        return "\n".join(["WEBVTT\n", *cues])


def _segments(text: str) -> tuple[Segment, ...]:
    try:
        found = json.loads(text)["segments"]
        read = [_segment(each) for each in found[:_MOST_SEGMENTS]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()
    return tuple(each for each in read if each.text)


def _segment(each: dict[str, Any]) -> Segment:
    start, end, text = float(each["start"]), float(each["end"]), each["text"]
    if not (isinstance(text, str) and 0 <= start <= end <= _LONGEST_S):
        raise ValueError
    return Segment(start_s=start, end_s=end, text=" ".join(text.split()))


def _stamp(at_s: float) -> str:
    whole = round(at_s * 1000)
    seconds, thousandths = divmod(whole, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
