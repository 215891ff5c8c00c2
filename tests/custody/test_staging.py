"""Uploads that come piece by piece: what was acknowledged is kept, what ended is gone."""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from unittest import mock

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.clock import FixedClock
from bailee.custody import tail as tail_module
from bailee.custody.desk import Desk, Transaction
from bailee.custody.fsck import GRACE_MS
from bailee.custody.scan import needles_of
from bailee.custody.staging import Staging
from bailee.custody.tail import Checksum
from bailee.custody.upload_errors import (
    ChecksumError,
    NoRoomError,
    NoUploadError,
    OffsetError,
    TooLargeError,
    TooManyUploadsError,
    UploadBusyError,
    UploadEndedError,
)
from bailee.custody.vault import Vault
from bailee.errors import (
    BaileeError,
    DeniedError,
    InputError,
    LateArrivalError,
    UnavailableError,
    UnknownError,
)
from bailee.seal.frames import FrameError
from bailee.store import files
from bailee.store.tables import secret
from bailee.store.upload_tables import upload
from bailee.types.decide import OPERATOR, Access, Decision, Principal, PrincipalKind, Verb
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.query import Query
from bailee.types.upload import Intended, Limits, Upload
from support.attacker import closure, roots_of
from support.vaults import (
    HOME,
    HOUR_MS,
    NOW_MS,
    all_of,
    assert_sound,
    entry_types,
    listed,
    opened,
    reopened,
    said,
)

WHOLE = hashlib.shake_128(b"walnuts").digest(3_000_000)
"""Bytes that are never the same: three frames, the last in part."""
DAY_MS = 86_400_000
NEIGHBOUR = Principal(kind=PrincipalKind.PERSON, id="per_aaaaaaaaaaaaaaaa")


class House:
    """A vault whose people are known, and what they upload to it."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.desk: Desk = vault.desk()
        self.account, self.leo, self.ana, self.kitchen = self.desk.write(self._people)
        self.staging = vault.staging()

    @staticmethod
    def _people(t: Transaction) -> tuple[AccountId, PersonId, PersonId, DeviceId]:
        made = t.make_account(HOME)
        people = t.make_person(made, "Leo"), t.make_person(made, "Ana")
        return made, *people, t.make_device(made, "kitchen")

    def intended(self, **more: object) -> Intended:
        fitting = Intended(
            account_id=self.account,
            kind=Kind.AUDIO,
            person_id=self.leo,
            device_id=self.kitchen,
            captured_at_ms=NOW_MS - HOUR_MS,
            duration_ms=500,
            name="kitchen.wav",
        )
        return replace(fitting, **more)  # type: ignore[arg-type]  # fields of Intended

    def begin(self, size_bytes: int = len(WHOLE), **more: object) -> Upload:
        return self.staging.create(self.intended(**more), size_bytes, principal=OPERATOR)

    def send(self, known: Upload, offset: int, data: bytes) -> Upload:
        return send(self.staging, known.id, offset, data)

    def offset(self, known: Upload) -> int:
        return self.staging.show(known.id, principal=OPERATOR).offset_bytes


def send(staging: Staging, upload_id: str, offset: int, data: bytes) -> Upload:
    with staging.append(upload_id, offset, principal=OPERATOR) as tail:
        for at in range(0, len(data), 65_536):
            tail.write(data[at : at + 65_536])
        return tail.commit()


@pytest.fixture
def house(vault: Vault) -> House:
    """On each sort of database."""
    return House(vault)


@pytest.fixture
def sqlite_house(sqlite_vault: Vault) -> House:
    return House(sqlite_vault)


def folder(house: House) -> Path:
    return house.vault.home / "uploads"


def staged_files(house: House) -> list[str]:
    return sorted(each.name for each in folder(house).glob("*"))


def secrets_of(house: House) -> list[str]:
    wanted = sa.select(secret.c.id).where(secret.c.id.startswith("upl_"))
    return list(house.vault._premises.database.read(lambda c: c.scalars(wanted).all()))


def assert_nothing_left(house: House) -> None:
    assert staged_files(house) == []
    assert secrets_of(house) == []


# ------------------------------------------------------------------------------ from end to end


def test_piece_by_piece_it_becomes_a_recording(house: House) -> None:
    """Byte for byte, with all that was said of it, once; and nothing of the staging is left."""
    known = house.begin(keep_days=7, also=(house.ana,), details={"codec": "opus"})
    assert known.offset_bytes == 0
    assert known.recording_id is None
    done = known
    for offset in range(0, len(WHOLE), 700_001):
        done = house.send(known, offset, WHOLE[offset : offset + 700_001])
        assert done.offset_bytes == min(len(WHOLE), offset + 700_001)
    assert done.recording_id is not None
    assert opened(house.vault, done.recording_id) == WHOLE
    shown = house.vault.show(done.recording_id)
    assert (shown.person, shown.device, shown.begin_ms) == ("Leo", "kitchen", NOW_MS - HOUR_MS)
    assert shown.end_ms == NOW_MS - HOUR_MS + 500
    (artefact,) = shown.artefacts
    assert (artefact.name, artefact.details) == ("kitchen.wav", {"codec": "opus"})
    assert artefact.kept_until_day == NOW_MS // DAY_MS + 7
    assert len(artefact.sources) == 2
    assert_nothing_left(house)
    assert house.staging.show(known.id, principal=OPERATOR) == done
    assert len(listed(house.vault)) == 2  # one for each who is heard
    assert_sound(house.vault)


def test_an_upload_of_no_bytes_is_whole_at_once(sqlite_house: House) -> None:
    """There is nothing to wait for."""
    known = sqlite_house.begin(0)
    assert known.recording_id is not None
    assert opened(sqlite_house.vault, known.recording_id) == b""
    assert_nothing_left(sqlite_house)


def test_it_may_be_made_from_recordings(house: House) -> None:
    """It goes where they are, and with them."""
    talk = said(house.vault, NOW_MS - HOUR_MS)
    derived = {"person_id": None, "device_id": None, "kind": Kind.TRANSCRIPT}
    known = house.begin(5, derived_from=(talk.recording_id,), **derived)
    done = house.send(known, 0, b"hello")
    assert done.recording_id == talk.recording_id
    assert opened(house.vault, talk.recording_id, Kind.TRANSCRIPT) == b"hello"
    _, erased = house.vault.erase(all_of(recordings=(talk.recording_id,)))
    assert erased.artefacts == {"audio": 1, "transcript": 1}


@settings(max_examples=15)
@given(
    size=st.integers(0, 400_000),
    cuts=st.lists(st.integers(0, 400_000), max_size=6),
    frame=st.sampled_from([1, 4096, 65_536, 65_537]),
)
def test_any_cutting_gives_the_same_bytes(
    sqlite_house: House, size: int, cuts: list[int], frame: int
) -> None:
    """However it is cut into requests and frames."""
    frame = max(frame, size // 50)
    whole, edges = WHOLE[:size], sorted({0, size, *(min(each, size) for each in cuts)})
    known = sqlite_house.begin(size)
    with (
        mock.patch.object(tail_module, "FRAME_BYTES", frame),
        mock.patch.object(tail_module, "CHECKPOINT_BYTES", 3 * frame),
    ):
        for begin, end in pairwise(edges):
            known = sqlite_house.send(known, begin, whole[begin:end])
    assert known.recording_id is not None
    assert opened(sqlite_house.vault, known.recording_id) == whole


# ------------------------------------------------------- when it breaks off, or is killed


def test_a_broken_request_keeps_what_came(house: House) -> None:
    """To the byte; another process goes on from there."""
    known = house.begin()
    with house.staging.append(known.id, 0, principal=OPERATOR) as tail:
        tail.write(WHOLE[:1_234_567])
    again = reopened(house.vault)
    staging = again.staging()
    assert staging.show(known.id, principal=OPERATOR).offset_bytes == 1_234_567
    done = send(staging, known.id, 1_234_567, WHOLE[1_234_567:])
    assert done.recording_id is not None
    assert opened(again, done.recording_id) == WHOLE
    again.close()


_SENDER = """
import os, signal, sys
from pathlib import Path
from unittest import mock
from bailee.clock import FixedClock
from bailee.custody import tail
from bailee.custody.vault import Vault
from bailee.types.decide import OPERATOR
from support.dying import dying

home, upload_id, offset, nth, now_ms, content = sys.argv[1:]
whole = Path(content).read_bytes()
vault = Vault.open(Path(home), clock=FixedClock(int(now_ms)))
kill = lambda: os.kill(os.getpid(), signal.SIGKILL)
with (
    mock.patch.object(tail, "FRAME_BYTES", 65_536),
    mock.patch.object(tail, "CHECKPOINT_BYTES", 131_072),
    dying(vault, int(nth), kill),
):
    with vault.staging().append(upload_id, int(offset), principal=OPERATOR) as opened:
        for at in range(int(offset), len(whole), 50_000):
            opened.write(whole[at:at + 50_000])
        opened.commit()
print("done")
"""


def _sent(house: House, upload_id: str, offset: int, nth: int, content: Path) -> bool:
    """Whether another process sent the rest; else it was killed at its *nth* write."""
    arguments = [str(house.vault.home), upload_id, str(offset), str(nth), str(NOW_MS), str(content)]
    tests = str(Path(__file__).parents[1])
    ran = subprocess.run(
        [sys.executable, "-c", _SENDER, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": tests},
    )
    assert ran.returncode in {0, -9}, ran.stderr
    return ran.returncode == 0


def _survives(house: House, tmp_path: Path, moments: list[int]) -> int:
    """Send with a process killed at each of *moments* in turn, then let one live; how many died."""
    whole = WHOLE[:400_000]
    content = tmp_path / "content"
    content.write_bytes(whole)
    known = house.begin(len(whole))
    acknowledged, died = 0, 0
    for nth in [*moments, 1 << 30]:
        shown = house.staging.show(known.id, principal=OPERATOR)
        if shown.recording_id is not None:
            break
        assert shown.offset_bytes >= acknowledged
        acknowledged = shown.offset_bytes
        died += not _sent(house, known.id, acknowledged, nth, content)
    done = house.staging.show(known.id, principal=OPERATOR)
    assert done.recording_id is not None
    assert opened(house.vault, done.recording_id) == whole
    assert listed(house.vault) == [done.recording_id]  # once, wherever it died
    house.staging.sweep()
    assert_nothing_left(house)
    house.vault._premises.clock.advance(ms=GRACE_MS)  # type: ignore[attr-defined]  # a FixedClock
    house.vault.fsck()
    assert_sound(house.vault)
    return died


def test_killed_between_frames_it_goes_on(sqlite_house: House, tmp_path: Path) -> None:
    """kill -9 at a sample of writes: the next process goes on from what was acknowledged."""
    assert _survives(sqlite_house, tmp_path, [4, 11, 16, 22]) >= 3


@pytest.mark.long
@pytest.mark.parametrize("nth", range(0, 60, 2))
def test_killed_at_any_write_it_goes_on(house: House, tmp_path: Path, nth: int) -> None:
    """The same, at each, on both databases."""
    _survives(house, tmp_path, [nth])


def test_what_was_not_acknowledged_is_cut_off(sqlite_house: House) -> None:
    """Bytes behind the last count, torn or whole, are neither counted nor in the way."""
    known = sqlite_house.begin()
    sqlite_house.send(known, 0, WHOLE[:100_000])
    path = folder(sqlite_house) / known.id
    before = path.read_bytes()
    path.write_bytes(before + before[: len(before) // 2])
    assert sqlite_house.offset(known) == 100_000
    done = sqlite_house.send(known, 100_000, WHOLE[100_000:])
    assert done.recording_id is not None
    assert opened(sqlite_house.vault, done.recording_id) == WHOLE


def test_a_deposit_that_could_not_be_made_is_made_later(house: House) -> None:
    """The content store was away at the last byte: whoever asks next drives it on, once."""
    known = house.begin()
    away = mock.patch.object(
        type(house.vault._premises.content), "put", side_effect=UnavailableError("It is away.")
    )
    with away, pytest.raises(UnavailableError):
        house.send(known, 0, WHOLE)
    done = house.staging.show(known.id, principal=OPERATOR)
    assert done.recording_id is not None
    assert house.staging.show(known.id, principal=OPERATOR) == done
    assert listed(house.vault) == [done.recording_id]
    assert opened(house.vault, done.recording_id) == WHOLE
    assert_nothing_left(house)


# ------------------------------------------------------------------------------- bad requests


def test_bytes_for_another_place_are_refused(sqlite_house: House) -> None:
    """Before, behind, and after the end; nothing changes."""
    known = sqlite_house.begin()
    sqlite_house.send(known, 0, WHOLE[:1000])
    for offset in (0, 999, 1001, len(WHOLE)):
        with pytest.raises(OffsetError) as refused:
            sqlite_house.send(known, offset, b"x")
        assert "1000" in refused.value.hint
    assert sqlite_house.offset(known) == 1000
    sqlite_house.send(known, 1000, WHOLE[1000:])
    with pytest.raises(OffsetError):
        sqlite_house.send(known, len(WHOLE), b"x")


def test_more_than_was_said_is_refused(sqlite_house: House) -> None:
    """None of that request is kept, and it is not taken for whole."""
    known = sqlite_house.begin(1000)
    sqlite_house.send(known, 0, WHOLE[:500])
    for data in (WHOLE[500:1001], WHOLE[:100_000]):
        with pytest.raises(TooLargeError):
            sqlite_house.send(known, 500, data)
        assert sqlite_house.offset(known) == 500
    assert listed(sqlite_house.vault) == []


def test_a_wrong_checksum_keeps_nothing(sqlite_house: House) -> None:
    """Nor does a break, where a checksum was promised; the right one counts."""
    known = sqlite_house.begin()
    half = WHOLE[:2_500_000]
    right = Checksum(algorithm="sha1", digest=hashlib.sha1(half).digest())
    for data in (half[:-1] + b"x", half[:-1]):
        with sqlite_house.staging.append(known.id, 0, principal=OPERATOR, checksum=right) as tail:
            tail.write(data)
            with pytest.raises(ChecksumError):
                tail.commit()
        assert sqlite_house.offset(known) == 0
    with sqlite_house.staging.append(known.id, 0, principal=OPERATOR, checksum=right) as tail:
        tail.write(half[:2_000_000])
    assert sqlite_house.offset(known) == 0
    with sqlite_house.staging.append(known.id, 0, principal=OPERATOR, checksum=right) as tail:
        tail.write(half)
        tail.commit()
    assert sqlite_house.offset(known) == len(half)
    with pytest.raises(InputError, match="not known"):
        Checksum(algorithm="crc32", digest=b"")


def test_one_of_two_at_once_is_told_to_wait(house: House) -> None:
    """And the one at work is not disturbed."""
    known = house.begin()
    with house.staging.append(known.id, 0, principal=OPERATOR) as tail:
        tail.write(WHOLE[:5000])
        with pytest.raises(UploadBusyError):
            house.send(known, 0, WHOLE)
        assert house.offset(known) == 0
        tail.commit()
    assert house.offset(known) == 5000


def test_many_at_once_lose_nothing(house: House) -> None:
    """Threads that race for every piece: each is counted once."""
    whole = WHOLE[:200_000]
    known = house.begin(len(whole))

    def race() -> None:
        staging = house.vault.staging()
        while True:
            try:
                shown = staging.show(known.id, principal=OPERATOR)
                if shown.recording_id is not None:
                    return
                at = shown.offset_bytes
                send(staging, known.id, at, whole[at : at + 10_000])
            except (OffsetError, UploadBusyError):
                continue

    racing = [threading.Thread(target=race) for _ in range(4)]
    for each in racing:
        each.start()
    for each in racing:
        each.join()
    (recording_id,) = listed(house.vault)
    assert opened(house.vault, recording_id) == whole


@pytest.mark.parametrize("text", ["upl_aaaaaaaaaaaaaaaa", "upl_../../../etc", "", "x" * 400])
def test_an_unknown_upload_is_unknown(sqlite_house: House, text: str) -> None:
    """Whatever its id is made of."""
    for act in (
        lambda: sqlite_house.staging.show(text, principal=OPERATOR),
        lambda: sqlite_house.staging.append(text, 0, principal=OPERATOR),
        lambda: sqlite_house.staging.drop(text, principal=OPERATOR),
    ):
        with pytest.raises(UnknownError):
            act()
    assert staged_files(sqlite_house) == []


def test_another_s_upload_is_unknown(sqlite_house: House) -> None:
    """Nobody sees, goes on with or ends what another principal began."""
    known = sqlite_house.begin()
    for act in (
        lambda: sqlite_house.staging.show(known.id, principal=NEIGHBOUR),
        lambda: sqlite_house.staging.append(known.id, 0, principal=NEIGHBOUR),
        lambda: sqlite_house.staging.drop(known.id, principal=NEIGHBOUR),
    ):
        with pytest.raises(NoUploadError):
            act()
    assert sqlite_house.offset(known) == 0


# ------------------------------------------------------------------------------------- limits


def test_the_door_says_no_before_a_byte_is_sent(sqlite_house: House, clock: FixedClock) -> None:
    """Size, number, person, time, kind and retention are judged at the beginning."""
    house = sqlite_house
    small = house.vault.staging(Limits(most_bytes=100, most_open=2))
    with pytest.raises(TooLargeError):
        small.create(house.intended(), 101, principal=OPERATOR)
    for wrong, error in (
        ({"person_id": PersonId("per_aaaaaaaaaaaaaaaa")}, UnknownError),
        ({"device_id": DeviceId("dev_aaaaaaaaaaaaaaaa")}, UnknownError),
        ({"also": (PersonId("per_aaaaaaaaaaaaaaaa"),)}, UnknownError),
        ({"account_id": AccountId("acc_aaaaaaaaaaaaaaaa")}, UnknownError),
        ({"derived_from": (RecordingId("rec_aaaaaaaaaaaaaaaa"),)}, UnknownError),
        ({"person_id": None}, InputError),
        ({"captured_at_ms": NOW_MS + HOUR_MS}, InputError),
        ({"keep_days": 5000}, InputError),
        ({"kind": Kind.LABEL}, InputError),
    ):
        with pytest.raises(error):
            small.create(house.intended(**wrong), 100, principal=OPERATOR)
    for _ in range(2):
        small.create(house.intended(), 100, principal=OPERATOR)
    with pytest.raises(TooManyUploadsError):
        small.create(house.intended(), 100, principal=OPERATOR)
    assert len(secrets_of(house)) == 2


def test_no_more_is_promised_than_there_is_room_for(sqlite_house: House) -> None:
    """What others were promised counts, and the copy in custody, and a reserve."""
    staging = sqlite_house.vault.staging(Limits(reserve_bytes=1000))
    with mock.patch.object(files, "room_at", return_value=1000 + 200 + 2 * 800):
        staging.create(sqlite_house.intended(), 200, principal=OPERATOR)
        with pytest.raises(NoRoomError):
            staging.create(sqlite_house.intended(), 801, principal=OPERATOR)
        staging.create(sqlite_house.intended(), 800, principal=OPERATOR)


def test_a_full_disk_keeps_what_was_acknowledged(sqlite_house: House) -> None:
    """In the middle of a frame: the offset stays, the torn bytes go, and later it goes on."""
    known = sqlite_house.begin()
    sqlite_house.send(known, 0, WHOLE[:1_100_000])
    path = folder(sqlite_house) / known.id
    before = path.stat().st_size
    real = os.pwrite

    def full(fd: int, data: bytes, offset: int) -> int:
        if offset > before:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(fd, data[:1000], offset)

    with mock.patch("os.pwrite", full), pytest.raises(NoRoomError):
        sqlite_house.send(known, 1_100_000, WHOLE[1_100_000:])
    assert path.stat().st_size == before
    assert sqlite_house.offset(known) == 1_100_000
    done = sqlite_house.send(known, 1_100_000, WHOLE[1_100_000:])
    assert done.recording_id is not None
    assert opened(sqlite_house.vault, done.recording_id) == WHOLE


def test_a_full_disk_at_the_deposit_keeps_the_upload(sqlite_house: House) -> None:
    """It is said to be full, and repeated it is taken."""
    known = sqlite_house.begin()
    refused = files.refusal(OSError(errno.ENOSPC, "full"), "content")
    with (
        mock.patch.object(type(sqlite_house.vault._premises.content), "put", side_effect=refused),
        mock.patch.object(files, "room_at", return_value=5),
        pytest.raises(NoRoomError),
    ):
        sqlite_house.send(known, 0, WHOLE)
    assert sqlite_house.staging.show(known.id, principal=OPERATOR).recording_id is not None


# ------------------------------------------------------------------------------------ endings


def test_given_up_it_is_gone(house: House) -> None:
    """Row, key and file; and it says so."""
    known = house.begin()
    house.send(known, 0, WHOLE[:5000])
    house.staging.drop(known.id, principal=OPERATOR)
    assert_nothing_left(house)
    with pytest.raises(UploadEndedError):
        house.offset(known)
    with pytest.raises(UploadEndedError):
        house.send(known, 5000, b"x")


def test_given_up_while_bytes_come_it_is_gone(house: House) -> None:
    """The request at work is told at its next count, and leaves nothing."""
    known = house.begin()
    with house.staging.append(known.id, 0, principal=OPERATOR) as tail:
        tail.write(WHOLE[:2_000_000])
        house.staging.drop(known.id, principal=OPERATOR)
        with pytest.raises(NoUploadError):
            tail.commit()
    assert_nothing_left(house)


def test_what_it_became_outlives_its_upload(sqlite_house: House) -> None:
    """Ending a finished upload ends the upload alone."""
    known = sqlite_house.begin(5)
    done = sqlite_house.send(known, 0, b"hello")
    sqlite_house.staging.drop(known.id, principal=OPERATOR)
    with pytest.raises(NoUploadError):
        sqlite_house.offset(known)
    assert listed(sqlite_house.vault) == [done.recording_id]


def test_a_day_without_a_byte_ends_it(house: House, clock: FixedClock) -> None:
    """Each byte begins the day anew; then it is gone, told for a day more, and not known any more."""
    known = house.begin()
    clock.advance(ms=DAY_MS - 1)
    moved = house.send(known, 0, WHOLE[:100])
    assert moved.expires_ms == clock.now_ms() + DAY_MS
    assert house.staging.sweep() == 0
    clock.advance(ms=DAY_MS)
    with pytest.raises(UploadEndedError):
        house.offset(known)
    assert house.staging.sweep() == 2  # the upload, and its file
    assert_nothing_left(house)
    with pytest.raises(UploadEndedError):
        house.offset(known)
    clock.advance(ms=DAY_MS)
    assert house.staging.sweep() == 1
    with pytest.raises(NoUploadError):
        house.offset(known)
    assert house.staging.sweep() == 0


def test_the_sweep_collects_what_a_crash_left(house: House) -> None:
    """A file without a row, a row without its bytes, a key without a row; never what goes on."""
    living, lost = house.begin(), house.begin()
    house.send(living, 0, WHOLE[:5000])
    house.send(lost, 0, WHOLE[:5000])
    (folder(house) / lost.id).unlink()
    (folder(house) / "upl_aaaaaaaaaaaaaaaa").write_bytes(b"noise")
    orphan = house.begin()
    gone = sa.delete(upload).where(upload.c.id == orphan.id)
    house.vault._premises.database.write(lambda c: c.execute(gone))
    report = house.vault.fsck()
    assert report.is_clean
    assert report.swept == 3
    assert staged_files(house) == [living.id]
    assert secrets_of(house) == [living.id]
    with pytest.raises(UploadEndedError):
        house.offset(lost)
    done = house.send(living, 5000, WHOLE[5000:])
    assert done.recording_id is not None


def test_damaged_bytes_are_never_deposited(sqlite_house: House) -> None:
    """A bit, a frame exchanged for another's, an end cut off: refused, and dropped."""
    for number, damage in enumerate((_flip, _swap, _shorten)):
        known, other = sqlite_house.begin(), sqlite_house.begin()
        sqlite_house.send(known, 0, WHOLE[:2_000_000])
        sqlite_house.send(other, 0, WHOLE[:2_000_000])
        damage(folder(sqlite_house) / known.id, folder(sqlite_house) / other.id)
        with pytest.raises(FrameError):
            sqlite_house.send(known, 2_000_000, WHOLE[2_000_000:])
        with pytest.raises(UploadEndedError):
            sqlite_house.offset(known)
        assert listed(sqlite_house.vault) == [], number
        sqlite_house.staging.drop(other.id, principal=OPERATOR)
    assert_nothing_left(sqlite_house)


def _flip(path: Path, _: Path) -> None:
    data = bytearray(path.read_bytes())
    data[1_000_000] ^= 1
    path.write_bytes(data)


def _swap(path: Path, other: Path) -> None:
    path.write_bytes(other.read_bytes())


def _shorten(path: Path, _: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


# ------------------------------------------------------------------- forgotten, denied, erased


def test_what_is_forgotten_meanwhile_is_not_deposited(house: House) -> None:
    """A span forgotten before the last byte: refused, logged, and its bytes are gone."""
    known = house.begin()
    house.send(known, 0, WHOLE[:2_000_000])
    said(house.vault, NOW_MS - HOUR_MS)
    house.vault.erase(all_of(person="Leo", from_ms=NOW_MS - 2 * HOUR_MS))
    with pytest.raises(LateArrivalError):
        house.send(known, 2_000_000, WHOLE[2_000_000:])
    assert_nothing_left(house)
    assert listed(house.vault) == []
    with pytest.raises(UploadEndedError):
        house.offset(known)
    with pytest.raises(LateArrivalError):  # and nobody sends it again in vain
        house.begin()
    assert entry_types(house.vault).count("refusal") == 2


def test_whose_sources_are_erased_takes_it_along(sqlite_house: House) -> None:
    """What is being made from a clip of two is of both, though it names neither."""
    house = sqlite_house
    clip = house.send(house.begin(5, also=(house.ana,)), 0, b"hello").recording_id
    assert clip is not None
    derived = {"person_id": None, "device_id": None, "kind": Kind.TRANSCRIPT}
    known = house.begin(5, derived_from=(clip,), **derived)
    house.send(known, 0, b"te")
    house.vault.erase(all_of(person="Ana"))
    with pytest.raises(NoUploadError):
        house.send(known, 2, b"xts")


def test_the_sweep_drops_what_was_forgotten(house: House) -> None:
    """Nobody need come back for it."""
    known = house.begin()
    house.send(known, 0, WHOLE[:5000])
    said(house.vault, NOW_MS - HOUR_MS)
    house.vault.erase(all_of(device="kitchen", from_ms=NOW_MS - 2 * HOUR_MS))
    house.staging.sweep()
    assert_nothing_left(house)


@pytest.mark.parametrize(
    "whole", [{"person": "Leo"}, {"person": "Ana"}, {"device": "kitchen"}, {"everything": True}]
)
def test_who_is_erased_takes_their_uploads_along(house: House, whole: dict[str, object]) -> None:
    """Whoever of those it is about: nothing of it opens, and nothing of it is deposited later."""
    said(house.vault, NOW_MS - 2 * HOUR_MS)
    said(house.vault, NOW_MS - 2 * HOUR_MS, person="Ana")
    known = house.begin(also=(house.ana,))
    with house.staging.append(known.id, 0, principal=OPERATOR) as tail:
        tail.write(WHOLE[:2_000_000])
        house.vault.erase(all_of(**whole))
        tail.write(WHOLE[2_000_000:])
        with pytest.raises(BaileeError):
            tail.commit()
    with pytest.raises(UnknownError):
        house.offset(known)
    with pytest.raises(UnknownError):
        house.send(known, 2_000_000, WHOLE[2_000_000:])
    house.staging.sweep()
    assert_nothing_left(house)
    kept = house.vault.list(Query()).recordings
    assert {each.begin_ms for each in kept} <= {NOW_MS - 2 * HOUR_MS}


def test_a_name_used_again_takes_nothing_over(sqlite_house: House) -> None:
    """Leo is erased and made again while his upload is under way: it is not the new Leo's."""
    house = sqlite_house
    said(house.vault, NOW_MS - 2 * HOUR_MS)
    known = house.begin()
    house.send(known, 0, WHOLE[:5000])
    house.vault.erase(all_of(person="Leo"))
    house.desk.write(lambda t: t.make_person(house.account, "Leo"))
    with pytest.raises(NoUploadError):
        house.send(known, 5000, WHOLE[5000:])


class Moody:
    """A decider that says no to deposits once it is told to."""

    def __init__(self) -> None:
        self.says_no = False
        self.asked: list[Access] = []

    def __call__(self, access: Access) -> Decision:
        self.asked.append(access)
        no = self.says_no and access.verb is Verb.DEPOSIT
        policy = "use-ended" if no else "owner"
        return Decision(allowed=not no, policy=policy, policies=(policy,))


def test_the_gate_is_asked_at_the_beginning_and_at_the_end(house: House) -> None:
    """A consent withdrawn while it is under way ends it; afterwards none begins."""
    moody = Moody()
    house.desk.decide_by(moody)
    known = house.begin()
    assert moody.asked[0].person_id == house.leo
    house.send(known, 0, WHOLE[:5000])
    moody.says_no = True
    with pytest.raises(DeniedError):
        house.send(known, 5000, WHOLE[5000:])
    assert_nothing_left(house)
    assert listed(house.vault) == []
    with pytest.raises(DeniedError):
        house.begin()
    assert_nothing_left(house)


# ------------------------------------------------------------------------------------ forensic


def test_no_plaintext_touches_a_disk(sqlite_house: House) -> None:
    """Not while it comes, not when it is given up: no file of the vault has a piece of it."""
    house = sqlite_house
    known = house.begin(name="walnuts in the kitchen")
    house.send(known, 0, WHOLE[:2_500_000])
    needles = [*needles_of(WHOLE[:2_500_000]), b"walnuts in the kitchen"]
    there = house.vault.scan(needles)
    assert there.found == ()
    assert any(each.startswith("upl_") for each in staged_files(house))
    house.staging.drop(known.id, principal=OPERATOR)
    assert house.vault.scan(needles).found == ()


def test_after_a_rotation_no_older_copy_opens_it(sqlite_house: House, tmp_path: Path) -> None:
    """The home of while it went on, with today's root: its key is gone for good."""
    house = sqlite_house
    known = house.begin()
    house.send(known, 0, WHOLE[:5000])
    premises = house.vault._premises
    key = premises.database.read(lambda c: premises.ring.secret(c, known.id))
    copy = tmp_path / "copy"
    shutil.copytree(house.vault.home, copy)
    assert key in _keys_in(copy, house)
    house.staging.drop(known.id, principal=OPERATOR)
    assert key in _keys_in(copy, house)
    house.vault.rotate()
    assert key not in _keys_in(copy, house)
    assert key not in _keys_in(house.vault.home, house)


def _keys_in(home: Path, house: House) -> set[bytes]:
    databases = [each.read_bytes() for each in home.glob("catalog.sqlite*")]
    return closure(databases, roots_of(house.vault))


def test_a_staged_file_is_as_the_page_says(sqlite_house: House) -> None:
    """Opened by nothing but docs/design/format.md, “Staged uploads”, and the ring's secrets."""
    house = sqlite_house
    known = house.begin(also=(house.ana,))
    house.send(known, 0, WHOLE[:1_500_000])
    house.send(known, 1_500_000, WHOLE[1_500_000:1_500_001])
    premises = house.vault._premises
    owners = sorted([house.account, house.kitchen, house.leo, house.ana])
    parts = premises.database.read(
        lambda c: [premises.ring.secret(c, each) or b"" for each in (known.id, *owners)]
    )
    info = f"bailee/upload/v1|{known.id}|4".encode()
    salt = hashlib.sha256(b"bailee/upload/v1/salt").digest()
    key = AESGCM(HKDF(SHA256(), 32, salt, info).derive(b"".join(parts)))
    data, found = (folder(house) / known.id).read_bytes(), b""
    while data:
        length, nonce = int.from_bytes(data[:4], "big"), data[4:16]
        sealed, context = data[16 : 32 + length], f"bailee/upload/v1|{known.id}|{len(found)}"
        found += key.decrypt(nonce, sealed, context.encode() + data[:4])
        data = data[32 + length :]
    assert found == WHOLE[:1_500_001]


def test_an_upload_is_in_no_backup(sqlite_house: House, tmp_path: Path) -> None:
    """Neither row nor bytes; what a restored ring still has of it is swept."""
    known = sqlite_house.begin()
    sqlite_house.send(known, 0, WHOLE[:5000])
    copy = tmp_path / "copy"
    sqlite_house.vault.backup(copy)
    assert list(copy.rglob("upl_*")) == []
    with Vault.restore(
        copy,
        tmp_path / "again",
        root_stores=[Path(each) for each in sqlite_house.vault.config.root_stores],
        clock=sqlite_house.vault._premises.clock,
    ) as again:
        with pytest.raises(NoUploadError):
            again.staging().show(known.id, principal=OPERATOR)
        again.staging().sweep()
        assert_sound(again)
