"""The sentence: what is pressed is what was counted, wherever the reader is."""

from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bailee.clock import to_datetime, to_ms
from bailee.types.ids import new_device_id, new_person_id
from bailee.types.kind import Kind
from bailee.types.selection import Selection
from bailee.web.forgetting.sentence import Sentence, When
from bailee.web.forgetting.slips import take_apart

ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kolkata"]
)
MOMENTS = st.integers(min_value=1_577_836_800_000, max_value=4_102_444_800_000)
PERSON, DEVICE = new_person_id(), new_device_id()


def asked(text: str, zone: ZoneInfo, now_ms: int) -> Sentence:
    return Sentence.parse(parse_qs(text, keep_blank_values=True), zone, now_ms)


@given(
    when=st.sampled_from(When),
    zone=ZONES,
    now_ms=MOMENTS,
    later_ms=st.integers(min_value=0, max_value=3_600_000),
    person=st.sampled_from(["", PERSON]),
    device=st.sampled_from(["", DEVICE]),
    kind=st.sampled_from(["", Kind.TRANSCRIPT]),
    begin_ms=MOMENTS,
)
def test_a_press_means_the_moments_that_were_shown(
    when: When,
    zone: str,
    now_ms: int,
    later_ms: int,
    person: str,
    device: str,
    kind: str,
    begin_ms: int,
) -> None:
    """However much later it is pressed, and whatever zone the form then comes from."""
    begin = to_datetime(begin_ms).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
    text = f"when={when}&person={person}&device={device}&kind={kind}&from={begin}"
    shown = asked(text, ZoneInfo(zone), now_ms)
    if shown.wrong:
        assert when is When.RANGE
        return
    pressed = asked(shown.href().partition("?")[2], ZoneInfo("UTC"), now_ms + later_ms)
    assert pressed.choice() == shown.choice()
    assert pressed.is_whole == shown.is_whole
    if shown.begin_ms is not None and shown.end_ms is not None:
        assert shown.begin_ms <= shown.end_ms <= now_ms


@given(zone=ZONES, now_ms=MOMENTS)
def test_yesterday_ends_where_today_begins(zone: str, now_ms: int) -> None:
    """No moment is between them, and none is of both, on days of 23 and of 25 hours too."""
    where = ZoneInfo(zone)
    yesterday, today = (asked(f"when={each}", where, now_ms) for each in ("yesterday", "today"))
    assert yesterday.end_ms is not None
    assert yesterday.end_ms + 1 == today.begin_ms
    assert yesterday.begin_ms is not None
    assert 22 <= (yesterday.end_ms - yesterday.begin_ms) / 3_600_000 <= 26


@given(
    name=st.text(min_size=1, max_size=40).filter(lambda text: text.strip() == text),
    begin_ms=st.none() | MOMENTS,
    length_ms=st.none() | st.integers(min_value=0, max_value=10**10),
)
def test_a_slip_tells_the_times_that_were_signed(
    name: str, begin_ms: int | None, length_ms: int | None
) -> None:
    """Taken apart, a sentence is its words and its moments; no name is taken for one."""
    end_ms = None if length_ms is None else (begin_ms or 0) + length_ms
    picked = Selection(account="home", person=name, from_ms=begin_ms, to_ms=end_ms)
    found = take_apart(picked.sentence())
    assert (found.begin_ms, found.end_ms) == (begin_ms, end_ms)
    assert found.head == f"everything of {name} in home"


def test_a_local_end_is_left_out_and_an_exact_one_is_not() -> None:
    """“From 4 to 5” takes nothing that begins at 5."""
    berlin = ZoneInfo("Europe/Berlin")
    now_ms = to_ms(to_datetime(1_790_000_000_000))
    local = asked("from=2026-09-20T16:00&to=2026-09-20T17:00", berlin, now_ms)
    exact = asked("from=2026-09-20T14:00:00Z&to=2026-09-20T15:00:00Z", berlin, now_ms)
    assert local.begin_ms == exact.begin_ms
    assert local.end_ms is not None
    assert exact.end_ms == local.end_ms + 1
    assert local.local_end(berlin) == "2026-09-20T17:00"
