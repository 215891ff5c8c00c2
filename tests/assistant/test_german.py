"""What is said in German is the command that it is; as text."""

import pytest

from assistant.words import KITCHEN, LEO, delete, reader
from bailee.assistant.command import Act, Command, Extent, Where, Who
from bailee.assistant.when import (
    Ago,
    Date,
    Days,
    Hours,
    Month,
    Part,
    PartOf,
    Period,
    Recent,
    Unit,
    Weekday,
    When,
)

TODAY, YESTERDAY = Ago(days=0), Ago(days=1)
MARCH_3, MARCH_10 = Date(day=3, month=3), Date(day=10, month=3)


def hours(begin: int, length: int, *, day: Ago | None = None, is_sure: bool = True) -> Hours:
    return Hours(day=day, begin_min=begin, length_min=length, is_sure=is_sure)


WHENS: dict[str, When] = {
    "heute": Days(first=TODAY, last=TODAY),
    "gestern": Days(first=YESTERDAY, last=YESTERDAY),
    "vorgestern": Days(first=Ago(days=2), last=Ago(days=2)),
    "vor drei Tagen": Days(first=Ago(days=3), last=Ago(days=3)),
    "am Montag": Days(first=Weekday(weekday=0), last=Weekday(weekday=0)),
    "am 3. März": Days(first=MARCH_3, last=MARCH_3),
    "am dritten März": Days(first=MARCH_3, last=MARCH_3),
    "am 3. März 2026": Days(
        first=Date(day=3, month=3, year=2026), last=Date(day=3, month=3, year=2026)
    ),
    "am dritten März zweitausendsechsundzwanzig": Days(
        first=Date(day=3, month=3, year=2026), last=Date(day=3, month=3, year=2026)
    ),
    "vom 3. bis 10. März": Days(first=MARCH_3, last=MARCH_10),
    "vom 3. bis zum 10. März": Days(first=MARCH_3, last=MARCH_10),
    "vom dritten März bis zum zehnten März": Days(first=MARCH_3, last=MARCH_10),
    "von Montag bis Mittwoch": Days(first=Weekday(weekday=0), last=Weekday(weekday=2)),
    "seit gestern": Days(first=YESTERDAY, last=TODAY),
    "diese Woche": Period(unit=Unit.WEEK, ago=0),
    "letzte Woche": Period(unit=Unit.WEEK, ago=1),
    "in der letzten Woche": Period(unit=Unit.WEEK, ago=1),
    "im letzten Monat": Period(unit=Unit.MONTH, ago=1),
    "im März": Month(month=3),
    "in der letzten Stunde": Recent(amount=1, unit=Unit.HOUR),
    "in den letzten zehn Minuten": Recent(amount=10, unit=Unit.MINUTE),
    "in der letzten halben Stunde": Recent(amount=30, unit=Unit.MINUTE),
    "heute Morgen": PartOf(day=TODAY, part=Part.MORNING),
    "gestern Abend": PartOf(day=YESTERDAY, part=Part.EVENING),
    "letzte Nacht": PartOf(day=YESTERDAY, part=Part.NIGHT),
    "zwischen vier und fünf": hours(240, 60, is_sure=False),
    "zwischen vier und fünf Uhr nachmittags": hours(960, 60),
    "heute Nachmittag zwischen vier und fünf": hours(960, 60, day=TODAY),
    "zwischen 16 und 17 Uhr": hours(960, 60),
    "von 9 bis 17 Uhr": hours(540, 480),
    "zwischen 23 Uhr und 1 Uhr": hours(1380, 120),
    "gestern zwischen halb fünf und Viertel vor sechs abends": hours(990, 75, day=YESTERDAY),
}


@pytest.mark.parametrize("said", WHENS)
def test_each_time(said: str) -> None:
    text = f"Lösche alles, was ich {said} gesagt habe."
    assert reader("de").read(text) == delete(WHENS[said])


SCOPES = {
    "Lösche, was ich gerade gesagt habe.": delete(Extent.JUST_SAID),
    "vergiss das": delete(Extent.JUST_SAID),
    "Bitte vergiss alles, was ich eben gesagt habe": delete(Extent.JUST_SAID),
    "lösche alles, was ich je gesagt habe": delete(Extent.EVER),
    "lösche alles aus der Küche": delete(Extent.EVER, who=Who.EVERYBODY, device=KITCHEN),
    "lösche alles auf diesem Gerät": delete(Extent.EVER, who=Who.EVERYBODY, where=Where.HERE),
    "lösche alles was ich gestern in der Küche gesagt habe": delete(
        WHENS["gestern"], device=KITCHEN
    ),
    "lösche alles, was Leo heute gesagt hat": delete(WHENS["heute"], person=LEO),
    "lösche alle Leos Aufnahmen": delete(Extent.EVER, person=LEO),
}


@pytest.mark.parametrize("said", SCOPES)
def test_whose_and_where(said: str) -> None:
    assert reader("de").read(said) == SCOPES[said]


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("Was hast du gehört?", Command(act=Act.WHAT_HEARD)),
        ("Was behältst du von mir?", Command(act=Act.WHAT_KEPT)),
        ("Wer hat mich gehört?", Command(act=Act.WHO_LISTENED)),
        ("Hör auf, mich aufzunehmen!", Command(act=Act.STOP_KEEPING)),
        ("Merke dir, dass ich gegen Walnüsse allergisch bin.",
         Command(act=Act.REMEMBER, rest="ich gegen Walnüsse allergisch bin")),
        ("Was weißt du über Walnüsse?", Command(act=Act.RECALL, rest="Walnüsse")),
        ("Was habe ich dir über Walnüsse erzählt?", Command(act=Act.RECALL, rest="Walnüsse")),
        ("Wie spät ist es?", Command(act=Act.TIME)),
        ("Was kann ich sagen?", Command(act=Act.HELP)),
        ("Ja, bitte.", Command(act=Act.YES)),
        ("Nein, danke", Command(act=Act.NO)),
        ("am Morgen", Command(act=Act.MORNING)),
        ("nachmittags", Command(act=Act.AFTERNOON)),
    ],
)  # fmt: skip
def test_each_act(said: str, command: Command) -> None:
    assert reader("de").read(said) == command


def test_german_means_what_english_means() -> None:
    pairs = {
        "delete everything I said yesterday": "lösche alles, was ich gestern gesagt habe",
        "delete everything I said from March 3 to 10": (
            "lösche alles, was ich vom 3. bis 10. März gesagt habe"
        ),
        "delete everything Leo said": "lösche alles, was Leo gesagt hat",
    }
    for english, german in pairs.items():
        assert reader().read(english) == reader("de").read(german) is not None
