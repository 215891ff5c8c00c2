"""How long a recording really plays."""

from collections.abc import Iterator

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from bailee.intake.form import Form

# PyAV's Packet is generic in its stubs alone, hence the quoted annotations.

TAIL_US = 2_000_000
"""How far before the end that a header tells, packets are looked for."""
TAIL_PACKETS = 5000
SLACK_US = 100_000
"""A header is believed when the last packet ends within this of it: some forms do not say how
long their last packet is."""
_GUESSED = {Form.MP3, Form.AAC, Form.AMR, Form.GIF}
"""Forms without a length in their header, for which libavformat would guess from the bit rate."""


def told_us(container: InputContainer, form: Form) -> int | None:
    """The header's length in microseconds, if it tells one and is not to be guessed."""
    told = container.duration
    return told if told and told > 0 and form not in _GUESSED else None


def checked_us(container: InputContainer, streams: list[Stream], told: int) -> int | None:
    """*told*, or less where the last packets end earlier; None where none are near the end.

    So a file that was cut short is found out by two seeks, and one that is whole costs no more.
    """
    begin = container.start_time or 0
    last: int | None = None
    try:
        container.seek(begin + max(0, told - TAIL_US), backward=True)
    except av.FFmpegError:
        return None
    for count, packet in enumerate(_readable(container, streams)):
        if count == TAIL_PACKETS:
            return None
        if (ends := _end_us(packet)) is not None:
            last = ends if last is None else max(last, ends)
    if last is None:
        return None
    return told if last - begin >= told - SLACK_US else last - begin


def walked_us(container: InputContainer, streams: list[Stream]) -> tuple[int, int]:
    """Count the packets, from the beginning to the end or the first damage.

    Returns:
        How many there are, and the microseconds they span.
    """
    count, first, last = 0, None, 0
    for packet in _readable(container, streams):
        count += 1
        ends = _end_us(packet)
        if ends is not None:
            begins = ends - _us(packet, packet.duration or 0)
            first = begins if first is None else min(first, begins)
            last = max(last, ends)
    return count, 0 if first is None else last - first


def _readable(container: InputContainer, streams: list[Stream]) -> Iterator["Packet[Stream]"]:
    """Whole packets, up to the end or the first damage; PyAV ends with empty ones."""
    try:
        yield from (p for p in container.demux(streams) if p.size and not p.is_corrupt)
    except av.FFmpegError:
        return  # what came before the damage can be played


def _end_us(packet: "Packet[Stream]") -> int | None:
    at = packet.dts if packet.pts is None else packet.pts
    return None if at is None else _us(packet, at + (packet.duration or 0))


def _us(packet: "Packet[Stream]", units: int) -> int:
    return int(units * packet.time_base * 1_000_000) if packet.time_base else 0
