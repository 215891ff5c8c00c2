"""What the power may take from a folder of content."""

from pathlib import Path

import pytest

from bailee.errors import BaileeError
from bailee.store import files
from bailee.store.content import FolderContent
from store.power.faults import failing
from store.power.states import CrashState, Trace, crash_states, record

KEYS = [
    f"art_{letter * 6}{end}"
    for letter, end in zip("abcdef", ["xy", "xy", "zz", "q2", "q2", "xy"], strict=True)
]


def content_of(key: str) -> bytes:
    return key.encode() * 100  # 1,200 bytes: three sectors


@pytest.fixture(params=["shared sync", "a sync each"])
def shared(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(files, "can_sync_filesystem", lambda fd: True)
    return bool(request.param == "shared sync")


def story(path: Path, trace: Trace, *, shared: bool) -> None:
    """Puts, a group of puts and deletes, each noted when it begins and when it is acknowledged."""
    store = FolderContent(path, share_syncs=shared)
    for key in KEYS[:2]:
        store.put(key, [content_of(key)[:700], content_of(key)[700:]])
        trace.note(("stored", key))
    store.put_many([(key, content_of(key)) for key in KEYS[2:5]])
    for key in KEYS[2:5]:
        trace.note(("stored", key))
    for gone in ([KEYS[0]], KEYS[2:4]):
        for key in gone:
            trace.note(("deleting", key))
        store.delete(gone)
        for key in gone:
            trace.note(("deleted", key))
    store.put(KEYS[5], [content_of(KEYS[5])])
    trace.note(("stored", KEYS[5]))
    store.close()


def complaints(state: CrashState) -> list[str]:
    """What an acknowledgement promised and this state breaks."""
    store = FolderContent(state.path / "content", share_syncs=False)
    found = []
    for key in KEYS:
        said = {verb for verb, noted in state.notes if noted == key}
        if "stored" in said and "deleting" not in said:
            try:
                kept = store.read(key, 0, 1200) == content_of(key)
            except BaileeError:
                kept = False
            found += [] if kept else [f"{key} was lost {state.story}"]
        if "deleted" in said and store.size(key) is not None:
            found.append(f"{key} came back {state.story}")
    store.close()
    return found


def test_every_acknowledged_put_survives_and_no_acknowledged_delete_comes_back(
    tmp_path: Path, shared: bool
) -> None:
    """Whatever of the unsynced calls a power cut drops, at any moment."""
    (tmp_path / "disk").mkdir()
    with record(tmp_path / "disk") as trace:
        story(tmp_path / "disk" / "content", trace, shared=shared)
    states = 0
    for state in crash_states(trace, tmp_path / "crash"):
        states += 1
        assert complaints(state) == []
    assert states > 50


@pytest.mark.parametrize("left_out", ["sync_folder", "sync_file"])
def test_a_writer_that_forgets_a_sync_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    """The recorder is not blind: with either sync left out, some state breaks a promise."""
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr(files, left_out, lambda _: None)
    with record(tmp_path / "disk") as trace:
        story(tmp_path / "disk" / "content", trace, shared=False)
    monkeypatch.undo()
    assert any(complaints(state) for state in crash_states(trace, tmp_path / "crash"))


@pytest.mark.parametrize("though_done", [False, True], ids=["not done", "though done"])
def test_whichever_call_fails_a_put_is_whole_or_absent(
    tmp_path: Path, shared: bool, though_done: bool
) -> None:
    """Each changing call of a put failing in turn, also though it took effect."""
    key, nth, failures = KEYS[0], 0, 0
    while True:
        store = FolderContent(tmp_path / f"content-{nth}", share_syncs=shared)
        with failing(nth, though_done=though_done) as fault:
            try:
                store.put(key, [content_of(key)])
                stored = True
            except BaileeError:
                stored = False
        if not fault.struck:
            assert stored
            break
        failures += not stored
        # A name that appeared although its creation failed is an orphan, which fsck collects.
        assert stored or store.size(key) in {None, 0}
        store.delete([key])
        assert store.put(key, [content_of(key)]) == 1200
        store.close()
        nth += 1
    assert failures >= 3
