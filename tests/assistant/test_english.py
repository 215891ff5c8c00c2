"""What is said in English is the command that it is: whole phrases, in their natural variants."""

import pytest

from assistant.words import JAMES, KITCHEN, LEO, NURSERY, delete, reader
from bailee.assistant.command import Act, Command, Extent, Scope, Where, Who
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


def one(day: Ago | Weekday | Date) -> Days:
    return Days(first=day, last=day)


def hours(begin: int, length: int | None, *, day: Ago | None = None, is_sure: bool = True) -> Hours:
    return Hours(day=day, begin_min=begin, length_min=length, is_sure=is_sure)


JUST_SAID = (
    "delete what I just said",
    "forget everything I just said",
    "erase what I said just now",
    "remove what I've just said",
    "forget that",
    "scratch that",
    "delete that",
    "delete the last thing I said",
    "delete what you just heard",
)
WHENS: dict[str, When] = {
    "today": one(TODAY),
    "so far today": one(TODAY),
    "yesterday": one(YESTERDAY),
    "the day before yesterday": one(Ago(days=2)),
    "three days ago": one(Ago(days=3)),
    "tomorrow": one(Ago(days=-1)),
    "on Monday": one(Weekday(weekday=0)),
    "last Sunday": one(Weekday(weekday=6)),
    "on March 3": one(MARCH_3),
    "on March 3rd": one(MARCH_3),
    "on March the third": one(MARCH_3),
    "on the third of March": one(MARCH_3),
    "on 3 March": one(MARCH_3),
    "on March 3, 2026": one(Date(day=3, month=3, year=2026)),
    "on the third of March twenty twenty-six": one(Date(day=3, month=3, year=2026)),
    "on March third two thousand and six": one(Date(day=3, month=3, year=2006)),
    "on February 30": one(Date(day=30, month=2)),
    "on the 31st": one(Date(day=31)),
    "from March 3 to March 10": Days(first=MARCH_3, last=MARCH_10),
    "between March third and March tenth": Days(first=MARCH_3, last=MARCH_10),
    "from March 3 to 10": Days(first=MARCH_3, last=MARCH_10),
    "from the third to the tenth of March": Days(first=MARCH_3, last=MARCH_10),
    "from the 3rd to the 10th": Days(first=Date(day=3), last=Date(day=10)),
    "from Monday to Wednesday": Days(first=Weekday(weekday=0), last=Weekday(weekday=2)),
    "from March 3 until yesterday": Days(first=MARCH_3, last=YESTERDAY),
    "since yesterday": Days(first=YESTERDAY, last=TODAY),
    "since Monday": Days(first=Weekday(weekday=0), last=TODAY),
    "since March 3": Days(first=MARCH_3, last=TODAY),
    "this week": Period(unit=Unit.WEEK, ago=0),
    "last week": Period(unit=Unit.WEEK, ago=1),
    "this month": Period(unit=Unit.MONTH, ago=0),
    "last month": Period(unit=Unit.MONTH, ago=1),
    "in March": Month(month=3),
    "in March 2025": Month(month=3, year=2025),
    "in the last hour": Recent(amount=1, unit=Unit.HOUR),
    "in the past two hours": Recent(amount=2, unit=Unit.HOUR),
    "in the last half hour": Recent(amount=30, unit=Unit.MINUTE),
    "in the last ten minutes": Recent(amount=10, unit=Unit.MINUTE),
    "in the last 10 minutes": Recent(amount=10, unit=Unit.MINUTE),
    "within the last minute": Recent(amount=1, unit=Unit.MINUTE),
    "in the last three days": Recent(amount=3, unit=Unit.DAY),
    "this morning": PartOf(day=TODAY, part=Part.MORNING),
    "this afternoon": PartOf(day=TODAY, part=Part.AFTERNOON),
    "tonight": PartOf(day=TODAY, part=Part.EVENING),
    "yesterday evening": PartOf(day=YESTERDAY, part=Part.EVENING),
    "last night": PartOf(day=YESTERDAY, part=Part.NIGHT),
    "on Monday morning": PartOf(day=Weekday(weekday=0), part=Part.MORNING),
    "on the morning of March 3": PartOf(day=MARCH_3, part=Part.MORNING),
    "between four and five": hours(240, 60, is_sure=False),
    "between 4 and 5 o'clock": hours(240, 60, is_sure=False),
    "between eleven and one": hours(660, 120, is_sure=False),
    "between twelve and one": hours(0, 60, is_sure=False),
    "between four and five p.m.": hours(960, 60),
    "between 4pm and 5pm": hours(960, 60),
    "between four and five in the afternoon": hours(960, 60),
    "between four and five this afternoon": hours(960, 60, day=TODAY),
    "yesterday afternoon between four and five": hours(960, 60, day=YESTERDAY),
    "between four and five in the morning": hours(240, 60),
    "from 16:00 to 17:00": hours(960, 60),
    "from 9 to 17": hours(540, 480),
    "from 9 a.m. to 5": hours(540, 480),
    "from 22 to 4": hours(1320, 360),
    "between eleven at night and one": hours(1380, 120),
    "between eleven and one at night": hours(1380, 120),
    "between 11 pm and 1 am": hours(1380, 120),
    "between ten and twelve in the morning": hours(600, 120),
    "between ten and midnight": hours(1320, 120),
    "between eleven and noon": hours(660, 60),
    "from noon to one": hours(720, 60),
    "last night between one and two": hours(60, 60, day=TODAY),
    "last night between eleven and one": hours(1380, 120, day=YESTERDAY),
    "yesterday between half past four and quarter to six p.m.": hours(990, 75, day=YESTERDAY),
    "between ten to four and ten past four p.m.": hours(950, 20),
    "between four thirty and five fifteen p.m.": hours(990, 45),
    "between nine oh five and nine ten in the morning": hours(545, 5),
    "after four p.m.": hours(960, None),
    "today after four p.m.": hours(960, None, day=TODAY),
    "since four p.m.": hours(960, None),
    "since four": hours(240, None, is_sure=False),
    "since this morning": hours(0, None, day=TODAY),
}


@pytest.mark.parametrize("said", JUST_SAID)
def test_what_was_just_said(said: str) -> None:
    assert reader().read(said) == delete(Extent.JUST_SAID)


@pytest.mark.parametrize("said", WHENS)
def test_each_time(said: str) -> None:
    """In front of a place and behind it, the same."""
    when = WHENS[said]
    assert reader().read(f"delete everything I said {said}") == delete(when)
    here = delete(when, where=Where.HERE)
    assert reader().read(f"Forget all that I've said on this device {said}.") == here
    assert reader().read(f"forget all that I've said {said} on this device") == here


SCOPES = {
    "delete everything I have ever said": delete(Extent.EVER),
    "forget everything I've ever said": delete(Extent.EVER),
    "delete everything I said": delete(Extent.EVER),
    "erase all of my recordings": delete(Extent.EVER),
    "delete my recordings from yesterday": delete(one(YESTERDAY)),
    "delete everything from today": delete(one(TODAY)),
    "delete the last hour": delete(Recent(amount=1, unit=Unit.HOUR)),
    "delete what I said in the kitchen yesterday": delete(one(YESTERDAY), device=KITCHEN),
    "delete everything I said in here": delete(Extent.EVER, where=Where.HERE),
    "delete everything from the kitchen": delete(Extent.EVER, who=Who.EVERYBODY, device=KITCHEN),
    "delete everything from the kitchen speaker": delete(
        Extent.EVER, who=Who.EVERYBODY, device=KITCHEN
    ),
    "delete everything on this device": delete(Extent.EVER, who=Who.EVERYBODY, where=Where.HERE),
    "delete everything said in the kitchen yesterday": delete(
        one(YESTERDAY), who=Who.EVERYBODY, device=KITCHEN
    ),
    "forget everything you heard in the children's room today": delete(
        one(TODAY), who=Who.EVERYBODY, device=NURSERY
    ),
    "delete everything Leo said": delete(Extent.EVER, person=LEO),
    "delete everything Leo said today": delete(one(TODAY), person=LEO),
    "delete everything Leo has ever said": delete(Extent.EVER, person=LEO),
    "delete the recordings of Leo": delete(Extent.EVER, person=LEO),
    "delete everything from Leo": delete(Extent.EVER, person=LEO),
    "delete all of Leo's recordings from last week": delete(
        Period(unit=Unit.WEEK, ago=1), person=LEO
    ),
    "delete all James' recordings": delete(Extent.EVER, person=JAMES),
    "delete everything Leo said in the childrens room yesterday": delete(
        one(YESTERDAY), person=LEO, device=NURSERY
    ),
}


@pytest.mark.parametrize("said", SCOPES)
def test_whose_and_where(said: str) -> None:
    assert reader().read(said) == SCOPES[said]


ACTS = {
    Act.WHAT_HEARD: ("What did you hear?", "what have you heard", "what did I just say"),
    Act.WHAT_KEPT: ("What do you keep?", "what do you keep of me", "what have you stored about me"),
    Act.WHO_LISTENED: ("Who listened to me?", "has anyone listened to my recordings"),
    Act.STOP_KEEPING: (
        "stop keeping",
        "stop keeping what I say",
        "stop recording me",
        "don't keep what I say any more",
    ),
    Act.RECALL: ("what do you remember", "what did I tell you", "what do you know about me?"),
    Act.TIME: ("What time is it?", "what's the time", "can you tell me what time it is"),
    Act.HELP: ("what can I say?", "help"),
    Act.YES: ("yes", "Yes, please.", "yes, delete them", "do it", "go ahead"),
    Act.NO: ("no", "No, thank you.", "cancel", "never mind", "no, don't", "no, keep it"),
    Act.MORNING: ("in the morning", "morning"),
    Act.AFTERNOON: ("in the afternoon", "the evening", "p.m."),
}


@pytest.mark.parametrize(("act", "said"), [(act, each) for act in ACTS for each in ACTS[act]])
def test_each_act(act: Act, said: str) -> None:
    assert reader().read(said) == Command(act=act)


def test_a_question_may_have_a_time_and_a_place() -> None:
    scope = Scope(when=one(YESTERDAY), where=Where.NAMED, device_id=KITCHEN)
    found = reader().read("What did you hear in the kitchen yesterday?")
    assert found == Command(act=Act.WHAT_HEARD, scope=scope)
    scope = Scope(when=one(TODAY))
    assert reader().read("who listened to me today") == Command(act=Act.WHO_LISTENED, scope=scope)


@pytest.mark.parametrize(
    ("said", "act", "rest"),
    [
        ("Remember that I am allergic to walnuts.", Act.REMEMBER, "I am allergic to walnuts"),
        (
            "please remember that Leo's coach is Ms. O'Hara",
            Act.REMEMBER,
            "Leo's coach is Ms. O'Hara",
        ),
        ("remember that we like tea, please", Act.REMEMBER, "we like tea"),
        ("keep in mind that it's 5 o'clock tea", Act.REMEMBER, "it's 5 o'clock tea"),
        ("What do you remember about walnuts?", Act.RECALL, "walnuts"),
        ("What did I tell you about my allergy", Act.RECALL, "my allergy"),
    ],
)
def test_the_rest_is_as_it_was_written(said: str, act: Act, rest: str) -> None:
    assert reader().read(said) == Command(act=act, rest=rest)


@pytest.mark.parametrize(
    "before", ["", "Please ", "Hey bailee, ", "OK computer, could you please "]
)
@pytest.mark.parametrize("after", ["", ".", ", please!", " thank you"])
def test_politeness_changes_nothing(before: str, after: str) -> None:
    text = f"{before}DELETE what I just said{after}"
    assert reader().read(text) == delete(Extent.JUST_SAID)


def test_half_an_answer_makes_it_whole() -> None:
    asked = reader().read("delete everything I said between four and five")
    assert asked is not None
    assert asked.is_half_open
    assert asked.answered(Act.MORNING) == delete(hours(240, 60))
    assert asked.answered(Act.AFTERNOON) == delete(hours(960, 60))
    assert not asked.answered(Act.AFTERNOON).is_half_open
