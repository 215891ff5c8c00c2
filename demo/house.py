"""The house of the story: two people, three devices, and what was recorded there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from media import film, speak

from bailee import Deposit, Kind, Vault
from bailee.clock import DAY_MS
from bailee.intake.probe import probe
from bailee.types.ids import RecordingId

ACCOUNT = "the lake house"
LEO, ANA = "Leo", "Ana"
KITCHEN, PHONE, DOOR = "kitchen speaker", "Ana's phone", "front door camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Something that was said or filmed, so many hours before today's midnight (UTC)."""

    key: str
    person: str
    device: str
    hours_ago: float
    said: str
    filmed: bool = False
    keep_days: int | None = None


SCENES = (
    Scene(key="walnuts", person=LEO, device=KITCHEN, hours_ago=40.0, said="Remember the walnuts."),
    Scene(
        key="surprise",
        person=LEO,
        device=KITCHEN,
        hours_ago=39.5,
        said="Do not tell Ana about the party on Saturday.",
    ),
    Scene(
        key="dentist",
        person=ANA,
        device=KITCHEN,
        hours_ago=30.0,
        said="The dentist moved my appointment to Thursday at nine.",
    ),
    Scene(
        key="memo", person=ANA, device=PHONE, hours_ago=16.0, said="Idea for the garden: two pears."
    ),
    Scene(
        key="shopping",
        person=ANA,
        device=PHONE,
        hours_ago=15.0,
        said="Bread, milk, and a light bulb.",
        keep_days=1,
    ),
    Scene(key="parcel", person=ANA, device=DOOR, hours_ago=14.0, said="A parcel.", filmed=True),
    Scene(key="bicycle", person=LEO, device=DOOR, hours_ago=13.0, said="My bike.", filmed=True),
    Scene(
        key="goodnight",
        person=ANA,
        device=KITCHEN,
        hours_ago=2.0,
        said="Good night, lamp. Wake me at seven.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One artefact of the house: its name in the story, its ids, and the very bytes."""

    key: str
    kind: Kind
    recording_id: RecordingId
    artefact_id: str
    content: bytes


def record(scene: Scene, folder: Path, midnight_ms: int) -> tuple[Path, int]:
    """Make a scene's file; when it began."""
    begin_ms = midnight_ms - int(scene.hours_ago * 3_600_000)
    path = speak(scene.said, folder / f"{scene.key}.wav", pitch=35 if scene.person == LEO else 65)
    if scene.filmed:
        at = datetime.fromtimestamp(begin_ms / 1000, tz=UTC)
        path = film(
            folder / f"{scene.key}.mp4",
            seconds=4,
            captured_at=at,
            size="320x180",
            with_sound_from=path,
        )
    return path, begin_ms


def furnish(vault: Vault, folder: Path, now_ms: int) -> dict[str, Piece]:
    """Make every scene, deposit it, and what is made from it: a text each, and one of two."""
    midnight_ms = now_ms // DAY_MS * DAY_MS
    pieces: dict[str, Piece] = {}
    for scene in SCENES:
        path, begin_ms = record(scene, folder, midnight_ms)
        found = probe(path)
        assert found.kind is not None
        content = path.read_bytes()
        kept = vault.deposit(
            Deposit(
                account=ACCOUNT,
                person=scene.person,
                device=scene.device,
                kind=found.kind,
                content=content,
                captured_at_ms=begin_ms,
                duration_ms=found.duration_ms or 0,
                keep_days=scene.keep_days,
                name=path.name,
            )
        )
        pieces[scene.key] = Piece(
            key=scene.key,
            kind=found.kind,
            recording_id=kept.recording_id,
            artefact_id=kept.artefact_id,
            content=content,
        )
        text = scene.said.encode()
        key = f"{scene.key}, as text"
        pieces[key] = derive(
            vault, key, Kind.TRANSCRIPT, text, (pieces[scene.key],), keep_days=scene.keep_days
        )
    both = (pieces["walnuts"], pieces["dentist"])
    fact = b"Buy walnuts on the way back from the dentist, Thursday."
    pieces["a reminder from both"] = derive(vault, "a reminder from both", Kind.FACT, fact, both)
    return pieces


def derive(
    vault: Vault,
    key: str,
    kind: Kind,
    content: bytes,
    of: tuple[Piece, ...],
    *,
    keep_days: int | None = None,
) -> Piece:
    """Deposit what was made from recordings."""
    kept = vault.deposit(
        Deposit(
            account=ACCOUNT,
            kind=kind,
            content=content,
            derived_from=tuple(each.recording_id for each in of),
            keep_days=keep_days,
            name=key,
        )
    )
    return Piece(
        key=key,
        kind=kind,
        recording_id=kept.recording_id,
        artefact_id=kept.artefact_id,
        content=content,
    )
