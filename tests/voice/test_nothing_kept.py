"""Heard, answered, gone: what is not to be kept touches no file, as the kernel saw it (R-02, R-11).

A whole turn, both ways that Wyoming goes, and over HTTP: sound over a socket, the embedded
recogniser in its process, the gate, the assistant, its answer spoken by espeak-ng.
"""

import io
import os
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from wyoming.client import AsyncUnixClient

from bailee.api.service import Service
from bailee.assistant.speech import Espeak
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.household.endpoints import NewEndpoint
from bailee.intake.wyoming.events import (
    AudioChunk,
    AudioStart,
    AudioStop,
    Event,
    Transcribe,
    Transcript,
)
from bailee.types.decide import OPERATOR
from bailee.types.endpoint import Way
from bailee.types.facts import DeviceSort
from bailee.types.household import Proof
from bailee.types.ids import PersonId
from bailee.types.keep_for import DONT_KEEP, Reach
from bailee.types.kind import Kind
from household.conftest import Home, furnish
from support.loops import run
from support.satellites import SimulatedSatellite, calls_at
from support.speech import say
from support.vaults import NOW_MS, entry_types
from voice.listening_house import LATER_MS, OVER, READY
from voice.watch import Seen, seen_in, watching

TESTS = Path(__file__).parents[1]
WAYS = {"kitchen": Way.LISTEN, "den": Way.DIAL, "hall": Way.POST}
ASKED = "what do you keep"
WALNUTS = "remember that i am allergic to walnuts"
"""Heard as some words or others; whichever they are, they are looked for."""


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance: its sound, what was heard, what was answered and how that sounds."""

    pcm: bytes
    heard: str
    answer: str
    spoken: bytes

    def needles(self) -> Iterator[bytes]:
        """What would be in a file that held any of it."""
        for text in (self.heard, self.answer):
            if text:
                yield text.encode()
                yield text.encode("utf-16-le")
        for sound in (self.pcm, self.spoken):
            yield from _stretches(sound)


def _stretches(sound: bytes) -> Iterator[bytes]:
    """Loud stretches of a sound, of 64 bytes, at even places."""
    places = range(0, len(sound) - 64, 512)
    yield from (part for at in places if len(set(part := sound[at : at + 64])) > 24)


# -- the house --------------------------------------------------------------------------------


def prepare(folder: Path, *, child: bool = False, keep: bool = False) -> None:
    """A vault whose household listens in three rooms, each in its way; the hall's device has a
    token, in ``token``."""
    clock = FixedClock(NOW_MS)
    with Vault.create(folder / "vault", clock=clock) as vault:
        home = furnish(vault, clock)
        for room in ("den", "hall"):
            home.house.devices.add(home.ana, home.account_id, room, DeviceSort.SPEAKER, room)
        whose = child_of_ana(home) if child else home.ana_id
        devices = {
            each.room: each.id for each in home.house.houses.show(home.ana, home.account_id).devices
        }
        for room, way in WAYS.items():
            address = "" if way is Way.POST else f"unix://{folder}/{room}.sock"
            named = replace(NewEndpoint(way=way, address=address), person_id=whose)
            home.house.endpoints.set(home.ana, home.account_id, devices[room], named)
        if not keep and not child:
            dont_keep(home, whose)
    service = Service.open(folder / "vault", clock=clock)
    made = service.identity.tokens.make(home.account_id, devices["hall"])
    (folder / "token").write_text(made.token)
    service.close()


def child_of_ana(home: Home) -> PersonId:
    """Mia, for whom nobody has consented to anything."""
    guardians = home.house.guardians
    guardians.name(home.ana, home.account_id, home.mia_id, home.ana_id)
    guardians.verify(OPERATOR, home.account_id, home.mia_id, home.ana_id, Proof.OPERATOR)
    return home.mia_id


def dont_keep(home: Home, whose: PersonId) -> None:
    for kind in (Kind.AUDIO, Kind.TRANSCRIPT):
        reach = Reach(kind=kind, person_id=whose, device_id=None)
        home.house.keep_rules.put(home.ana, home.account_id, reach, DONT_KEEP)


@contextmanager
def listening(folder: Path, *options: str) -> Iterator[int]:
    """The program runs, watched, and listens; its port, where it has one."""
    path = os.pathsep.join(map(str, (TESTS, TESTS.parent)))
    house = str(TESTS / "voice/listening_house.py")
    with watching(
        [sys.executable, "-B", house, str(folder / "vault"), *options],
        folder / "trace",
        env={**os.environ, "PYTHONPATH": path, "HOME": str(folder / "home")},
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        ready, _, port = process.stdout.readline().decode().partition(" ")
        assert ready == READY
        yield int(port)
        process.stdin.close()
        process.stdout.read()
    assert process.returncode == 0


# -- speaking to it ---------------------------------------------------------------------------


async def call(folder: Path, pcm: bytes) -> Said:
    """As Home Assistant does: the sound for its words, and the words for an answer."""
    async with AsyncUnixClient(str(folder / "kitchen.sock")) as client:
        await client.write_event(Transcribe(language="en").event())
        await client.write_event(AudioStart(16_000, 2, 1).event())
        for at in range(0, len(pcm), 2_048):
            chunk = AudioChunk(16_000, 2, 1, pcm[at : at + 2_048])
            await client.write_event(chunk.event())
        await client.write_event(AudioStop().event())
        heard = await told(client, "transcript")
        await client.write_event(Transcript(text=heard).event())
        answer = await told(client, "handled", "not-handled")
    return Said(pcm, heard, answer, Espeak()(answer, "en").pcm)


async def told(client: AsyncUnixClient, *kinds: str) -> str:
    while (event := await client.read_event()) is not None:
        if event.type in kinds:
            return str(event.data.get("text") or "")
        assert event.type != "error", event.data
    raise EOFError


async def answer(satellite: SimulatedSatellite, pcm: bytes) -> Said:
    """As a satellite does, which is answered with a voice."""
    await satellite.begin()
    await satellite.say(pcm)
    heard = (await satellite.read("transcript")).data["text"]
    answered = (await satellite.read("synthesize")).data["text"]
    spoken = b""
    while (event := await satellite.read("audio-chunk", "audio-stop")).type != "audio-stop":
        spoken += event.payload or b""
    await satellite.write(Event("played"))
    return Said(pcm, heard, answered, spoken)


async def conversation(folder: Path) -> list[Said]:
    """All that is said in both rooms."""
    said = [await call(folder, say(text, "slt")) for text in (ASKED, WALNUTS)]
    async with calls_at(folder / "den.sock") as calls:
        den = await (await calls.get()).ready()
        said.append(await answer(den, say(ASKED, "rms", tail_s=2)))
    return said


# -- what came of it --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What was said, all that was seen of the program, and what became of the vault.

    Attributes:
        changed: Files of the vault that are new or others, by their path in it.
        entries: New ones in the ledger, by their types.
    """

    said: tuple[Said, ...]
    seen: Seen
    changed: set[str]
    entries: list[str]

    @property
    def meanwhile(self) -> Seen:
        """What it did between listening and being told to end."""
        return self.seen.after(READY).before(OVER)

    def leaks(self) -> set[str]:
        """Files to which any of what was said or answered was written, at any time."""
        return self.seen.holders(needle for each in self.said for needle in each.needles())


def handed_in(folder: Path, port: int) -> Said:
    """As a device does, by its token."""
    pcm, wav = say(ASKED, "slt"), io.BytesIO()
    with wave.open(wav, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(pcm)
    token = (folder / "token").read_text()
    answered = httpx.post(
        f"http://localhost:{port}/v1/stt",
        content=wav.getvalue(),
        headers={
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Content-Type": "audio/wav",
        },
        timeout=60,
    )
    assert answered.status_code == 200, answered.text
    told = answered.json()
    return Said(pcm, told["transcript"], told["answer"], Espeak()(told["answer"], "en").pcm)


def files(vault: Path) -> dict[str, bytes]:
    """Every file of it, but what readers of its database say to each other of their own places."""
    found = (each for each in vault.rglob("*") if each.is_file() and each.suffix != ".sqlite-shm")
    return {str(each.relative_to(vault)): each.read_bytes() for each in found}


def entries(vault: Path) -> list[str]:
    with Vault.open(vault, clock=FixedClock(NOW_MS + 2 * LATER_MS)) as opened:
        return entry_types(opened)


def spoken_in(folder: Path, *options: str) -> Told:
    """All that comes of what is said in the house in *folder*."""
    vault = folder / "vault"
    known = entries(vault)
    with listening(folder, *options) as port:
        before = files(vault)
        said = [handed_in(folder, port)] if port else run(conversation(folder))
        after = files(vault)
    assert all(each.heard and each.answer and each.spoken for each in said)
    assert ASKED in [each.heard for each in said]
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    new = entries(vault)
    assert new[: len(known)] == known
    return Told(tuple(said), seen_in(folder / "trace"), changed, new[len(known) :])


def test_what_is_not_to_be_kept_touches_no_file(tmp_path: Path) -> None:
    """No file is made, opened to write or written to; the vault and its ledger are as before."""
    prepare(tmp_path)
    told = spoken_in(tmp_path)
    assert told.meanwhile.touches == ()
    assert told.leaks() == set()
    assert told.changed == set()
    assert told.entries == []


@pytest.mark.long
def test_what_is_handed_in_over_http_reaches_no_file(tmp_path: Path) -> None:
    """That the device's token was used is written down, once a day; of what was said, nothing."""
    prepare(tmp_path)
    told = spoken_in(tmp_path, "http")
    assert {Path(each).name for each in told.meanwhile.paths()} <= {"catalog.sqlite-wal"}
    assert told.leaks() == set()
    assert told.entries == []


def test_a_child_without_consent_is_answered_and_leaves_that_alone(tmp_path: Path) -> None:
    """One entry for each answer, in the database of the ledger; no word and no sound (R-11)."""
    prepare(tmp_path, child=True)
    told = spoken_in(tmp_path)
    assert {Path(each).name for each in told.meanwhile.paths()} == {"catalog.sqlite-wal"}
    assert told.leaks() == set()
    assert told.changed == {"catalog.sqlite-wal"}
    assert told.entries == ["answered"] * len(told.said)


@pytest.mark.long
def test_what_is_kept_is_seen_and_is_sealed(tmp_path: Path) -> None:
    """The control: the same watch sees what is kept; and that none of it is in the clear."""
    prepare(tmp_path, keep=True)
    told = spoken_in(tmp_path)
    assert any("/vault/content/" in each for each in told.meanwhile.paths("open"))
    assert any(each.startswith("content/") for each in told.changed)
    assert told.entries == ["deposit"] * 2 * len(told.said)
    assert told.leaks() == set()


@pytest.mark.long
def test_what_a_recogniser_writes_is_seen(tmp_path: Path) -> None:
    """The other control: a recogniser that writes a temporary file, gone before it answers."""
    prepare(tmp_path)
    told = spoken_in(tmp_path, "leaky")
    assert {Path(each).name for each in told.leaks()} == {"speech.wav"}
    assert told.changed == set()
