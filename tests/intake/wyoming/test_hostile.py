"""Whoever connects may send anything: an error and a closed door, never a crash, never more memory
than the caps say."""

import asyncio
import gc
import json
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wyoming.client import AsyncTcpClient
from wyoming.event import async_read_event

from bailee.errors import InputError
from bailee.intake.wyoming import codec
from bailee.intake.wyoming.events import Event
from bailee.intake.wyoming.service import WyomingService
from support.listening import Open, SimulatedRoom, sound_of
from support.loops import run

DESCRIBE = {"type": "describe"}


def head(**parts: Any) -> bytes:
    return json.dumps(DESCRIBE | parts).encode() + b"\n"


HOSTILE = {
    "no-json": b"GET / HTTP/1.1\r\n",
    "empty-line": b"\n",
    "invalid-utf8": b'{"type": "\xff\xfe"}\n',
    "a-list": b"[]\n",
    "a-number": b"7\n",
    "no-type": b"{}\n",
    "type-a-number": b'{"type": 7}\n',
    "type-empty": b'{"type": ""}\n',
    "type-long": head(type="x" * 65),
    "length-negative": head(data_length=-1),
    "length-negative-huge": head(payload_length=-(2**63)),
    "length-huge": head(payload_length=10**18),
    "length-one-too-many": head(payload_length=codec.PAYLOAD_BYTES + 1),
    "data-one-too-many": head(data_length=codec.DATA_BYTES + 1),
    "length-float": head(data_length=1.0),
    "length-bool": head(payload_length=True),
    "length-text": head(payload_length="10"),
    "length-list": head(data_length=[1]),
    "length-nan": b'{"type": "describe", "data_length": NaN}\n',
    "length-infinite": b'{"type": "describe", "payload_length": Infinity}\n',
    "length-5000-digits": b'{"type": "describe", "data_length": ' + b"9" * 5_000 + b"}\n",
    "data-a-list": head(data=[1, 2]),
    "data-a-text": head(data="x"),
    "data-block-a-list": head(data_length=2) + b"[]",
    "data-block-no-json": head(data_length=2) + b"{]",
    "bomb-of-brackets": b'{"type": "describe", "data": ' + b"[" * 60_000 + b"\n",
    "bomb-of-objects": head(data_length=50_000) + b'{"a":' * 10_000,
    "no-line-feed": b"x" * (codec.HEADER_BYTES + 1),
    "zeros": bytes(100_000),
}


@asynccontextmanager
async def connected(
    service: WyomingService,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection without any manners."""
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def said_to(service: WyomingService, *parts: bytes) -> list[Event]:
    """Everything that comes back to who sends *parts*, until the other end hangs up."""
    told = []
    async with connected(service) as (reader, writer):
        with suppress(ConnectionError):  # it may hang up while there is more to read
            for part in parts:
                writer.write(part)
            await writer.drain()
            while (event := await async_read_event(reader)) is not None:
                told.append(event)
    return told


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_event_closes_the_door(opened: Open, room: SimulatedRoom, name: str) -> None:
    """With an error that says why; and whoever comes next is served."""

    async def story() -> None:
        async with opened() as service:
            told = await said_to(service, HOSTILE[name])
            # Where more came than was read, the end of the connection may overtake the error.
            if told or name not in {"no-line-feed", "zeros"}:
                assert [(each.type, each.data["code"]) for each in told] == [("error", "input")]
            async with AsyncTcpClient("127.0.0.1", service.port) as client:
                await client.write_event(Event("ping", {"text": "still there?"}))
                event = await client.read_event()
                assert event is not None
                assert event.data == {"text": "still there?"}

    run(story())
    assert room.begun == 0


@pytest.mark.parametrize(
    "cut",
    [b'{"type": "descr', head(data_length=10) + b"{}", head(payload_length=10) + b"half", b""],
)
def test_who_hangs_up_within_an_event_is_forgotten(opened: Open, cut: bytes) -> None:
    """Nothing is told to nobody; the endpoint goes on."""

    async def story() -> None:
        async with opened() as service, connected(service) as (reader, writer):
            writer.write(cut)
            writer.write_eof()
            assert await reader.read() == b""

    run(story())


def test_half_a_character_comes_back_as_it_came(opened: Open) -> None:
    """What JSON can say and UTF-8 cannot is no way to break an answer."""

    async def story() -> None:
        async with opened() as service, connected(service) as (reader, writer):
            context = {"\ud800": "\udfff"}
            writer.write(json.dumps({"type": "transcribe", "data": {"context": context}}).encode())
            writer.write(b'\n{"type": "audio-stop"}\n')
            event = await async_read_event(reader)
            assert event is not None
            assert event.data["context"] == context
            writer.write(b'{"type": "ping", "data": {"text": "\\ud800"}}\n')
            event = await async_read_event(reader)
            assert event is not None
            assert event.data["code"] == "input"

    run(story())


def test_memory_is_bounded(opened: Open, room: SimulatedRoom) -> None:
    """Sixteen who each send as much as they can without a whole utterance hold no more than their
    caps: a header, a payload, two minutes of sound; 320 MiB are sent."""
    # Two minutes are there twice while they are handed to their turn.
    each = codec.HEADER_BYTES * 2 + 2 * codec.PAYLOAD_BYTES + 2 * 120 * 32_000

    async def one(service: WyomingService) -> None:
        chunk = codec.encode(Event("audio-chunk", {}, bytes(codec.PAYLOAD_BYTES)))
        async with connected(service) as (reader, writer):
            for _ in range(20):
                writer.write(chunk)
                await writer.drain()
            with suppress(ConnectionError):
                writer.write(b"x" * 500_000)
                await reader.read()

    async def story() -> None:
        async with opened() as service:
            await asyncio.gather(*(one(service) for _ in range(16)))

    gc.collect()
    tracemalloc.start()
    try:
        run(story())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The test's own writers hold a chunk each, and what their sockets did not take yet.
    assert most < 16 * (each + 3 * codec.PAYLOAD_BYTES)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
EVENTS = st.builds(
    Event,
    type=st.text(min_size=1, max_size=64),
    data=st.dictionaries(st.text(), JSON, max_size=5),
    payload=st.none() | st.binary(min_size=1, max_size=100),
)


def parts_of(encoded: bytes) -> tuple[codec.Head, bytes, bytes]:
    line, _, rest = encoded.partition(b"\n")
    parsed = codec.parse_head(line)
    return parsed, rest[: parsed.data_bytes], rest[parsed.data_bytes :]


@given(EVENTS)
def test_what_is_written_is_read(event: Event) -> None:
    """Every event comes out as it went in, here and in the package's own reader."""
    encoded = codec.encode(event)
    parsed, block, payload = parts_of(encoded)
    assert len(payload) == parsed.payload_bytes
    assert codec.join(parsed, block, payload) == event

    async def theirs() -> Event | None:
        reader = asyncio.StreamReader()
        reader.feed_data(encoded)
        reader.feed_eof()
        return await async_read_event(reader)

    assert run(theirs()) == event


@given(EVENTS, st.dictionaries(st.text(), JSON, max_size=3))
def test_data_in_its_block_is_laid_over_data_in_the_line(
    event: Event, inline: dict[str, Any]
) -> None:
    """As old and new writers send it, and both at once."""
    encoded = codec.encode(event)
    line, _, rest = encoded.partition(b"\n")
    both = json.dumps(json.loads(line) | {"data": inline}).encode()
    parsed = codec.parse_head(both)
    joined = codec.join(parsed, rest[: parsed.data_bytes], rest[parsed.data_bytes :])
    assert joined.data == inline | event.data


@given(st.binary(max_size=300) | JSON.map(lambda said: json.dumps(said).encode()))
def test_any_line_is_an_event_or_refused(line: bytes) -> None:
    """Nothing else comes of it, whatever it is; and its lengths are within their caps."""
    try:
        parsed = codec.parse_head(line)
    except InputError:
        return
    assert 0 <= parsed.data_bytes <= codec.DATA_BYTES
    assert 0 <= parsed.payload_bytes <= codec.PAYLOAD_BYTES


KINDS = st.sampled_from(
    ["describe", "ping", "transcribe", "audio-start", "audio-chunk", "audio-stop", "transcript"]
)
WORDS = st.sampled_from(["rate", "width", "channels", "language", "context", "text", "timestamp"])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(KINDS, st.dictionaries(WORDS, JSON, max_size=4), st.binary(max_size=64))))
def test_any_conversation_leaves_the_endpoint_working(
    opened: Open, room: SimulatedRoom, said: list[tuple[str, dict[str, Any], bytes]]
) -> None:
    """Whatever is said in Wyoming's words, in whatever order: the same connection then hears an
    utterance, or was closed with an error."""

    async def story() -> None:
        async with opened() as service, connected(service) as (reader, writer):
            for kind, data, payload in said:
                writer.write(codec.encode(Event(kind, data, payload)))
            for event in (
                Event("transcribe", {"language": "en"}),
                Event("audio-start", {"rate": 16_000, "width": 2, "channels": 1}),
                Event("audio-chunk", {}, sound_of("the end")),
                Event("audio-stop"),
            ):
                writer.write(codec.encode(event))
            told: list[str] = []
            while "the end" not in told:
                event = await async_read_event(reader)  # type: ignore[assignment]
                assert event is not None
                if event.type == "transcript":
                    told.append(event.data["text"])

    run(story())
