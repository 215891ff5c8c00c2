"""Sound of any rate, width and number of channels, heard as if it were ours."""

import array
import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.errors import InputError
from bailee.intake.wyoming.pcm import HEARD, Converter, Format, parse_format

TONE_HZ = 440


def tone(form: Format, *, seconds: float = 1.0, hertz: float = TONE_HZ) -> bytes:
    """A tone at half of the loudest, the same in every channel."""
    most = 2 ** (8 * form.width_bytes - 1) / 2
    samples = (
        int(most * math.sin(2 * math.pi * hertz * at / form.rate_hz))
        for at in range(int(seconds * form.rate_hz))
    )
    return b"".join(
        sample.to_bytes(form.width_bytes, "little", signed=True) * form.channels
        for sample in samples
    )


def converted(form: Format, pcm: bytes, *, part_bytes: int = 4_096) -> "array.array[int]":
    converter = Converter(form)
    parts = [pcm[at : at + part_bytes] for at in range(0, len(pcm), part_bytes)]
    return array.array("h", b"".join(map(converter.convert, parts)) + converter.end())


FORMS = [
    Format(rate_hz=rate, width_bytes=width, channels=channels)
    for rate in (8_000, 11_025, 16_000, 22_050, 44_100, 48_000)
    for width in (2, 3, 4)
    for channels in (1, 2)
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.rate_hz}x{form.frame_bytes}")
def test_a_tone_stays_that_tone(form: Format) -> None:
    """As long, as high and as loud, whatever its form, with its samples cut apart, too."""
    heard = converted(form, tone(form, seconds=0.5), part_bytes=1_021)
    assert len(heard) == pytest.approx(8_000, abs=40)
    middle = heard[1_000:7_000]
    crossings = sum(one < 0 <= other for one, other in pairwise(middle))
    assert crossings == pytest.approx(TONE_HZ * len(middle) / 16_000, abs=2)
    assert max(middle) == pytest.approx(16_384, rel=0.03)


def test_what_is_too_high_to_be_heard_does_not_come_back_lower() -> None:
    """Half of 48 kHz is more than half of 16 kHz: what is between is left out, not folded."""
    form = Format(rate_hz=48_000, width_bytes=2, channels=1)
    heard = converted(form, tone(form, hertz=12_000))
    assert max(map(abs, heard[1_000:15_000])) < 400


@given(st.binary(max_size=4_000), st.integers(1, 500))
def test_our_own_form_passes_untouched(pcm: bytes, part_bytes: int) -> None:
    """Every whole sample, and half a one at the end is dropped."""
    converter = Converter(HEARD)
    parts = [pcm[at : at + part_bytes] for at in range(0, len(pcm), part_bytes)]
    heard = b"".join(map(converter.convert, parts)) + converter.end()
    assert heard == pcm[: len(pcm) // 2 * 2]


def test_two_channels_are_mixed() -> None:
    """Neither is lost."""
    form = Format(rate_hz=16_000, width_bytes=2, channels=2)
    left = array.array("h", [8_000, 0] * 1_600).tobytes()
    assert converted(form, left)[100:1_500] == converted(form, _swapped(left))[100:1_500]
    assert max(converted(form, left)[100:1_500]) > 2_000


def _swapped(pcm: bytes) -> bytes:
    samples = array.array("h", pcm)
    samples[0::2], samples[1::2] = samples[1::2], samples[0::2]
    return samples.tobytes()


@pytest.mark.parametrize(
    "data",
    [
        *({"rate": 7_999}, {"rate": 48_001}, {"rate": "16000"}, {"rate": None}, {"rate": True}),
        *({"width": 1}, {"width": 5}, {"width": -2}, {"channels": 0}, {"channels": 3}),
        *({"channels": []}, {"width": {}}, {"rate": 16_000.0}, {"channels": 10**30}),
    ],
)
def test_other_forms_are_refused(data: dict[str, object]) -> None:
    """With what would do."""
    with pytest.raises(InputError) as refused:
        parse_format(data)
    assert "16 kHz" in refused.value.hint


def test_what_is_not_said_is_as_ours() -> None:
    """Old clients send chunks without their form."""
    assert parse_format({}) == HEARD
