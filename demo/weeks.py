"""Three weeks in the lived-in house: what is said, what comes to the door, where the phone goes.

The days are drawn with a seed, so that the same day of the story always has the same in it; the
last two days have what the first page tells a visitor to try.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

ANA, LEO, MIA = "Ana", "Leo", "Mia"
KITCHEN, CHILDREN, DOORBELL, GARDEN, PHONE = (
    "Kitchen speaker",
    "Children's room speaker",
    "Doorbell",
    "Garden camera",
    "Ana's phone",
)
DAYS = 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something said, so many minutes after midnight."""

    person: str
    device: str
    minute: int
    words: str
    fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Something a camera saw. `film` names one of the films."""

    device: str
    minute: int
    film: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Been:
    """Where the phone was: points of some hours, as OwnTracks writes them, handed in at the end."""

    minute: int
    body: bytes


_ANA = (
    "Add oat milk and bread to the list.",
    "What is the weather tomorrow?",
    "Remind me to call the dentist at nine.",
    "Play something quiet.",
    "How long do I boil an egg?",
    "Put the wash on at ten.",
    "Text Leo that I am late.",
    "Turn the heating down in the hall.",
    "What time does the library close?",
    "Set a timer for twelve minutes.",
)
_LEO = (
    "Where did I leave my bicycle lamp?",
    "Wake me at half past six.",
    "Turn off all the lights.",
    "Is it going to rain this afternoon?",
    "Add coffee to the list.",
    "Play the news.",
    "How far is it to the lake on foot?",
    "Call Ana.",
)
_MIA = (
    "Tell me the story of the fox again.",
    "What sound does an owl make?",
    "Is tomorrow a school day?",
    "Sing the boat song.",
    "How many legs has a spider?",
    "Good night, lamp.",
)
YESTERDAY = (
    Said(person=MIA, device=CHILDREN, minute=432, words="Good morning, lamp."),
    Said(person=MIA, device=CHILDREN, minute=455, words="Where is my other sock?"),
    Said(person=MIA, device=CHILDREN, minute=970, words="Tell me the story of the fox again."),
    Said(person=MIA, device=CHILDREN, minute=1004, words="I am hiding. Do not tell Leo."),
    Said(person=LEO, device=CHILDREN, minute=1135, words="Time for bed, little fox."),
    Said(person=MIA, device=CHILDREN, minute=1141, words="Sing the boat song."),
    Said(
        person=ANA,
        device=KITCHEN,
        minute=498,
        words="Remember that I am allergic to walnuts.",
        fact="Ana is allergic to walnuts.",
    ),
    Said(person=LEO, device=KITCHEN, minute=1110, words="Order the present for Ana. Not aloud."),
)
TODAY = (
    Said(person=LEO, device=KITCHEN, minute=391, words="Wake me at half past six. Oh. It is."),
    Said(person=MIA, device=CHILDREN, minute=428, words="Is tomorrow a school day?"),
    Said(person=ANA, device=KITCHEN, minute=440, words="Add oat milk and bread to the list."),
)
_HOME, _SCHOOL, _WORK, _LAKE = (
    (59.3285, 18.0532),
    (59.3349, 18.0431),
    (59.3421, 18.0962),
    (59.3120, 18.0215),
)


def speech_of(day: int) -> Iterator[Said]:
    """What is said on a day, *day* days before today."""
    if day == 0:
        yield from TODAY
        return
    draw = random.Random(f"said {day}")
    if day == 1:
        yield from YESTERDAY
    for person, device, lines, low, high in (
        (ANA, KITCHEN, _ANA, 400, 1290),
        (LEO, KITCHEN, _LEO, 380, 1330),
        (MIA, CHILDREN, _MIA, 420, 1160),
    ):
        if day == 1 and person == MIA:
            continue
        for _ in range(draw.randint(2, 5)):
            yield Said(
                person=person,
                device=device,
                minute=draw.randint(low, high),
                words=draw.choice(lines),
            )


def films_of(day: int) -> Iterator[Seen]:
    """What the cameras saw on a day."""
    draw = random.Random(f"seen {day}")
    if day == 0:
        yield Seen(device=GARDEN, minute=256, film="fox")
        return
    yield Seen(device=DOORBELL, minute=draw.randint(590, 720), film="courier")
    if day % 2:
        yield Seen(device=DOORBELL, minute=draw.randint(960, 1080), film="visitor")
    if day % 3 == 1:
        yield Seen(device=GARDEN, minute=draw.randint(180, 290), film="fox")
    if day % 4 == 1:
        yield Seen(device=GARDEN, minute=draw.randint(930, 1090), film="child")


def places_of(day: int, midnight_s: int) -> Iterator[Been]:
    """Where Ana's phone was on a day: home, school, work, and at the lake on the seventh."""
    draw = random.Random(f"been {day}")
    for first, last in ((7, 7),) if day == 0 else ((7, 11), (12, 15), (16, 20)):
        points = [
            {
                "_type": "location",
                "lat": round(at[0] + draw.uniform(-0.0006, 0.0006), 6),
                "lon": round(at[1] + draw.uniform(-0.0012, 0.0012), 6),
                "acc": draw.randint(6, 40),
                "tst": midnight_s + hour * 3600 + step * 900,
            }
            for hour in range(first, last + 1)
            for step in range(4)
            for at in [_where(day, hour)]
        ]
        yield Been(minute=last * 60 + 45, body=json.dumps(points).encode())


def _where(day: int, hour: int) -> tuple[float, float]:
    if day % 7 == 6:
        return _LAKE if 11 <= hour < 16 else _HOME
    if hour in {8, 15}:
        return _SCHOOL
    return _WORK if 9 <= hour < 15 else _HOME
