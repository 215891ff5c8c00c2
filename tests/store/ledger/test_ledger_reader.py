"""An auditor with the files and the vkey alone: finds every change, and names it."""

import shutil
import threading
from pathlib import Path

import pytest

from bailee.errors import EvidenceError
from bailee.store.ledger import CHECKPOINT, FolderLedger, Log, LogReader
from bailee.tlog import (
    CheckpointError,
    NoteError,
    SignatureError,
    Signer,
    TileError,
    encode_bundle,
    sign_note,
    tiles_of,
)
from store.ledger.stores import ORIGIN, SIGNER, create, entries, read_all

SIZE = 600
PATHS = [tile.path for tile in tiles_of(SIZE)]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine") / "ledger"
    create(folder, SIZE)
    return folder


@pytest.fixture
def ledger(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "ledger"))


def reader(folder: Path) -> LogReader:
    return LogReader(FolderLedger(folder), SIGNER.verifier)


def test_all_is_read(ledger: Path) -> None:
    """Every entry comes with its index, from the first or from any other."""
    assert list(reader(ledger).entries()) == list(enumerate(entries(0, SIZE)))
    for start in (1, 255, 256, 300, SIZE - 1, SIZE, SIZE + 1000):
        rest = [entry for _, entry in reader(ledger).entries(start)]
        assert rest == entries(start, SIZE)
    reader(ledger).verify()


def damage(data: bytes, fault: str) -> bytes:
    middle = len(data) // 2
    match fault:
        case "bit flipped at the beginning":
            return bytes([data[0] ^ 1]) + data[1:]
        case "bit flipped in the middle":
            return data[:middle] + bytes([data[middle] ^ 16]) + data[middle + 1 :]
        case "bit flipped at the end":
            return data[:-1] + bytes([data[-1] ^ 128])
        case "cut by a byte":
            return data[:-1]
        case "a byte longer":
            return data + b"\0"
        case _:
            return b""


FAULTS = [
    "bit flipped at the beginning",
    "bit flipped in the middle",
    "bit flipped at the end",
    "cut by a byte",
    "a byte longer",
    "emptied",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_file_is_named(ledger: Path, path: str, fault: str) -> None:
    """Whatever happens to a tile or bundle, reading fails, and says which."""
    file = ledger / path
    file.write_bytes(damage(file.read_bytes(), fault))
    with pytest.raises(TileError) as refused:
        reader(ledger).verify()
    assert path in refused.value.path


@pytest.mark.parametrize("path", PATHS)
def test_a_missing_file_is_named(ledger: Path, path: str) -> None:
    """A tile or bundle that is not there is asked for by name."""
    (ledger / path).unlink()
    with pytest.raises(TileError, match=f"{path} in the ledger is missing"):
        reader(ledger).verify()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tile/0/000", "tile/0/001"),
        ("tile/entries/000", "tile/entries/001"),
        ("tile/0/002.p/88", "tile/1/000.p/2"),
    ],
)
def test_swapped_files_are_found(ledger: Path, one: str, other: str) -> None:
    """A true tile in the wrong place is a wrong tile."""
    first, second = (ledger / one).read_bytes(), (ledger / other).read_bytes()
    (ledger / one).write_bytes(second)
    (ledger / other).write_bytes(first)
    with pytest.raises(TileError):
        reader(ledger).verify()


def test_a_changed_entry_is_named(ledger: Path) -> None:
    """A bundle that is well formed and says something else is found at the entry that differs."""
    forged = entries(256, 512)
    forged[44] = b"nothing happened"
    (ledger / "tile/entries/001").write_bytes(encode_bundle(forged))
    with pytest.raises(TileError, match=r"tile/entries/001 .* another entry 300 than was signed"):
        reader(ledger).verify()


def test_nothing_false_is_yielded(ledger: Path) -> None:
    """Entries before the damage are true, and none comes from a changed bundle."""
    file = ledger / "tile/entries/001"
    file.write_bytes(damage(file.read_bytes(), "bit flipped at the end"))
    seen: list[bytes] = []
    with pytest.raises(TileError):
        seen.extend(entry for _, entry in reader(ledger).entries())
    assert seen == entries(0, len(seen))
    assert len(seen) <= 256


def test_every_changed_byte_of_the_checkpoint_is_found(ledger: Path) -> None:
    """No byte of the checkpoint can be changed, left out or added."""
    file = ledger / CHECKPOINT
    note = file.read_bytes()
    for at in range(len(note)):
        for changed in (
            note[:at] + bytes([note[at] ^ 1]) + note[at + 1 :],
            note[:at] + note[at + 1 :],
            note[:at] + b"0" + note[at:],
        ):
            if changed != note:
                file.write_bytes(changed)
                with pytest.raises(EvidenceError):
                    reader(ledger)


def test_a_checkpoint_by_another_key_is_refused(ledger: Path) -> None:
    """Only the key that the auditor brought is believed."""
    checkpoint = reader(ledger).checkpoint
    other = Signer.from_seed(ORIGIN, b"x" * 32)
    (ledger / CHECKPOINT).write_bytes(sign_note(checkpoint.text, other))
    with pytest.raises(SignatureError):
        reader(ledger)


def test_a_checkpoint_of_another_log_is_refused(ledger: Path) -> None:
    """The origin must be the one asked for; the key's name stands in where none is."""
    with pytest.raises(CheckpointError):
        LogReader(FolderLedger(ledger), SIGNER.verifier, origin="another.example/log")


def test_a_missing_or_empty_checkpoint_is_named(ledger: Path) -> None:
    """No checkpoint, no log."""
    (ledger / CHECKPOINT).write_bytes(b"")
    with pytest.raises(NoteError):
        reader(ledger)
    (ledger / CHECKPOINT).unlink()
    with pytest.raises(TileError, match="checkpoint in the ledger is missing"):
        reader(ledger)


def test_a_checkpoint_that_says_more_or_less_is_refused(ledger: Path) -> None:
    """Even the true key cannot sign a size that the tiles do not have."""
    checkpoint = reader(ledger).checkpoint
    for size in (SIZE - 1, SIZE + 1, 512, 256):
        text = checkpoint.text.replace(f"\n{SIZE}\n", f"\n{size}\n")
        (ledger / CHECKPOINT).write_bytes(sign_note(text, SIGNER))
        with pytest.raises(TileError):
            reader(ledger).verify()


def test_an_earlier_checkpoint_still_reads(ledger: Path) -> None:
    """Beside newer tiles an older checkpoint covers its part, and nothing of the rest."""
    old = (ledger / CHECKPOINT).read_bytes()
    create(ledger, 2000)
    (ledger / CHECKPOINT).write_bytes(old)
    assert read_all(ledger) == entries(0, SIZE)


def test_tiles_above_tiles_are_checked(tmp_path: Path) -> None:
    """Past 65,536 entries a tile of the middle is found wrong by its own name."""
    ledger = tmp_path / "ledger"
    create(ledger, 66_000)
    reader(ledger).verify()
    for path in ("tile/1/000", "tile/0/017", "tile/entries/200"):
        data = (ledger / path).read_bytes()
        (ledger / path).write_bytes(damage(data, "bit flipped in the middle"))
        with pytest.raises(TileError, match=f"^{path} "):
            reader(ledger).verify()
        (ledger / path).write_bytes(data)
    reader(ledger).verify()


def test_readers_always_see_a_whole_log(tmp_path: Path) -> None:
    """While a publisher writes, another reader finds every tile of whatever checkpoint it sees."""
    folder = tmp_path / "ledger"
    log = create(folder)
    done = threading.Event()
    sizes: list[int] = []
    failed: list[EvidenceError] = []

    def read() -> None:
        try:
            while not done.is_set():
                seen = reader(folder)
                assert [entry for _, entry in seen.entries()] == entries(0, seen.checkpoint.size)
                sizes.append(seen.checkpoint.size)
        except EvidenceError as error:
            failed.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    size = 0
    for step in [1, 7, 100, 150, 3] * 12:
        log.integrate(size, entries(size, size + step))
        size += step
    done.set()
    thread.join()
    assert failed == []
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 2


def test_a_log_object_reads_what_another_process_wrote(tmp_path: Path) -> None:
    """Two logs on one folder, one publishing after the other, see one log."""
    one = create(tmp_path / "ledger", 10)
    other = Log(FolderLedger(tmp_path / "ledger"), SIGNER, ORIGIN)
    other.integrate(10, entries(10, 300))
    one.integrate(300, entries(300, 301))
    assert other.entry(300) == entries(300, 301)[0]
    assert other.integrate(301, entries(301, 600)).size == 600
    assert read_all(tmp_path / "ledger") == entries(0, 600)
