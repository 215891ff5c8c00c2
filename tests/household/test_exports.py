"""Taking everything away: one signed archive, of what one may take and of nothing else (R-13)."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bailee.clock import DAY_MS
from bailee.custody.audit import audit
from bailee.custody.scan import needles_of
from bailee.errors import ConflictError, DeniedError, GoneError, InputError, UnknownError
from bailee.household.archive import fetching
from bailee.household.archive.fetching import Fetched
from bailee.household.archive.pieces import ShiftedError
from bailee.household.persons import PersonChange
from bailee.types.choice import Choice
from bailee.types.decide import Principal
from bailee.types.export import Export, ExportState, LeftOut
from bailee.types.history import Sort
from bailee.types.household import Stay
from bailee.types.ids import RecordingId
from bailee.types.kind import Kind
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from household.conftest import Home, person
from support.dying import DiedError, dying
from support.vaults import HOUR_MS, LARGE, NOW_MS, all_of, derived, opened, said

ALL = Choice(everything=True)
FIX = b'{"_type":"location","lat":52.51,"lon":13.4,"tst":1789990000,"batt":80}'


def prepared(home: Home, who: Principal, choice: Choice = ALL) -> Export:
    """Asked for, and prepared to its end."""
    home.house.exports.ask(who, home.account_id, choice, zone="Europe/Berlin")
    home.house.exports.work(lambda: True)
    return home.house.exports.show(who, home.account_id)


def whole(fetched: Fetched) -> bytes:
    return b"".join(fetched.stretches(0, fetched.size_bytes))


def fetched(home: Home, who: Principal) -> zipfile.ZipFile:
    found = home.house.exports.fetch(who, home.account_id)
    data = whole(found)
    assert len(data) == found.size_bytes
    return zipfile.ZipFile(io.BytesIO(data))


def taken(home: Home, who: Principal, choice: Choice = ALL) -> zipfile.ZipFile:
    """Prepared and fetched."""
    prepared(home, who, choice)
    return fetched(home, who)


def files(archive: zipfile.ZipFile) -> list[dict[str, Any]]:
    """The lines of its manifest that are of what was held."""
    lines = archive.read("manifest.jsonl").splitlines()[1:]
    return [each for each in map(json.loads, lines) if "artefact" in each]


def persons(archive: zipfile.ZipFile) -> set[str]:
    return {whose["person"] for each in files(archive) for whose in each["of"]}


def lived_in(home: Home) -> list[RecordingId]:
    """Three days of sound with its words, of films and of a place; the ids of Leo's recordings."""
    vault, found = home.vault, list[RecordingId]()
    for day in (3, 2, 1):
        at_ms = NOW_MS - day * DAY_MS
        first = said(vault, at_ms, content=b"leo's own voice %d " % day * 300)
        derived(vault, first.recording_id, content=b"no walnuts %d" % day)
        said(vault, at_ms + HOUR_MS, person="Ana", kind=Kind.VIDEO, content=b"film" * LARGE)
        found.append(first.recording_id)
    said(vault, NOW_MS - DAY_MS, person="Ana", kind=Kind.LOCATION, content=FIX)
    return found


def test_it_opens_with_what_people_have_and_holds_what_was_held(home: Home, tmp_path: Path) -> None:
    """Byte for byte, in folders by day, for Python's reader and the tools of Debian."""
    lived_in(home)
    archive = taken(home, home.ana)
    assert archive.testzip() is None
    assert len(files(archive)) == 10
    for each in files(archive):
        inside = archive.read(each["path"])
        if each["kind"] == "location":
            point = json.loads(inside)["features"][0]
            assert point["geometry"]["coordinates"] == [13.4, 52.51]
            assert point["properties"]["said"]["batt"] == 80
        else:
            assert inside == opened(home.vault, each["artefact"])
    names = {name for name in archive.namelist() if name.startswith("2026-09-20/")}
    assert names == {
        "2026-09-20/index.html",
        "2026-09-20/16.13.20 Leo, kitchen.bin",
        "2026-09-20/16.13.20 Leo, kitchen.txt",
        "2026-09-20/16.13.20 Ana, kitchen.geojson",
        "2026-09-20/17.13.20 Ana, kitchen.bin",
    }
    assert b"<script" not in archive.read("2026-09-20/index.html")
    path = tmp_path / "all.zip"
    assert archive.fp is not None
    archive.fp.seek(0)
    path.write_bytes(archive.fp.read())
    for name, *rest in (("unzip", "-tq"), ("bsdtar", "-tf"), ("7z", "t")):
        if shutil.which(name):
            subprocess.run([name, *rest, path], check=True, capture_output=True)


def test_it_is_gone_on_with_from_any_byte(sqlite_home: Home) -> None:
    """Every stretch of it is that of the whole, however often it is fetched; it is one entry."""
    lived_in(sqlite_home)
    prepared(sqlite_home, sqlite_home.ana)
    exports, account_id = sqlite_home.house.exports, sqlite_home.account_id
    first = exports.fetch(sqlite_home.ana, account_id)
    data = whole(first)
    for begin in range(0, len(data), 1777):
        again = exports.fetch(sqlite_home.ana, account_id)
        assert again.tag == first.tag
        end = min(begin + 2500, len(data))
        assert b"".join(again.stretches(begin, end)) == data[begin:end]
    assert b"".join(first.stretches(len(data) - 1, len(data))) == data[-1:]
    looks = sqlite_home.house.history.page(sqlite_home.ana, account_id, sorts=[Sort.LOOKED]).events
    assert [each.type for each in looks] == ["export"]
    assert looks[0].details["artefacts"] == {"audio": 3, "location": 1, "transcript": 3, "video": 3}


def test_more_than_32_bits_can_count_reads_the_same(
    sqlite_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written with 64 bits throughout."""
    lived_in(sqlite_home)
    monkeypatch.setattr("bailee.household.archive.draft.WIDE_FROM_BYTES", 1)
    archive = taken(sqlite_home, sqlite_home.ana)
    assert archive.testzip() is None
    assert {each.extract_version for each in archive.infolist()} == {45}


def test_everybody_takes_what_they_may_and_no_more(sqlite_home: Home) -> None:
    """A member their own, an owner all, a guest what is of their stay, a child nothing."""
    home = sqlite_home
    lived_in(home)
    assert persons(taken(home, home.leo)) == {"Leo"}
    assert persons(taken(home, home.ana)) == {"Leo", "Ana"}
    eve = home.let_in(
        home.add("Eve"), Role.GUEST, Stay(since_ms=NOW_MS - DAY_MS, until_ms=NOW_MS + DAY_MS)
    )
    said(home.vault, NOW_MS - 2 * DAY_MS, person="Eve")
    with pytest.raises(UnknownError):
        home.house.exports.ask(eve, home.account_id, ALL)
    said(home.vault, NOW_MS - HOUR_MS, person="Eve")
    assert len(files(taken(home, eve))) == 1
    mia = home.let_in(home.mia_id, Role.CHILD, Stay(since_ms=NOW_MS), Right.HEAR, Right.DOWNLOAD)
    with pytest.raises(DeniedError):
        home.house.exports.ask(mia, home.account_id, ALL)
    with pytest.raises(UnknownError):
        home.house.exports.ask(home.leo, home.account_id, Choice(person_id=home.ana_id))
    with pytest.raises(UnknownError):
        home.house.exports.fetch(person(home.mia_id), home.account_id)


def test_what_is_of_two_goes_to_who_may_have_both(sqlite_home: Home) -> None:
    """A recording of Leo and Ana is in hers, and not in his."""
    home = sqlite_home
    lived_in(home)
    both = [said(home.vault, NOW_MS - HOUR_MS, person=each).recording_id for each in ("Leo", "Ana")]
    derived(home.vault, *both, kind=Kind.FACT, content=b"they talked")
    assert "fact" in {each["kind"] for each in files(taken(home, home.ana))}
    assert "fact" not in {each["kind"] for each in files(taken(home, home.leo))}


def test_it_is_of_what_was_chosen(sqlite_home: Home) -> None:
    """A person, a kind, a stretch of time, single recordings."""
    home = sqlite_home
    ids = lived_in(home)
    for choice, many in (
        (Choice(person_id=home.leo_id), 6),
        (Choice(kind=Kind.TRANSCRIPT), 3),
        (Choice(from_ms=NOW_MS - 2 * DAY_MS - 1), 7),
        (Choice(to_ms=NOW_MS - 3 * DAY_MS), 2),
        (Choice(recordings=(ids[0],)), 2),
    ):
        assert home.house.exports.plan(home.ana, home.account_id, choice).size.files == many
        assert len(files(taken(home, home.ana, choice))) == many
        home.house.exports.cancel(home.ana, home.account_id)
    for wrong in (Choice(), Choice(kind=Kind.LABEL), Choice(from_ms=2, to_ms=1)):
        with pytest.raises(InputError):
            home.house.exports.ask(home.ana, home.account_id, wrong)


def test_one_at_a_time_told_once_and_over_after_seven_days(sqlite_home: Home) -> None:
    """Asked for twice is refused; it ends by itself, or when it is given up."""
    home = sqlite_home
    lived_in(home)
    exports, account_id = home.house.exports, home.account_id
    begun = exports.ask(home.ana, account_id, ALL)
    assert begun.state is ExportState.PREPARING
    with pytest.raises(ConflictError):
        exports.ask(home.ana, account_id, ALL)
    with pytest.raises(ConflictError):
        exports.fetch(home.ana, account_id)
    assert exports.work(lambda: True) == 1
    assert exports.work(lambda: True) == 0
    ready = exports.show(home.ana, account_id)
    assert ready.state is ExportState.READY
    assert ready.done_bytes == ready.total_bytes
    assert sum("ready" in each.subject for each in home.house.inbox.list(home.ana)) == 1
    home.clock.advance(days=7, ms=1)
    exports.work(lambda: True)
    with pytest.raises(UnknownError):
        exports.show(home.ana, account_id)


def test_what_was_forgotten_since_is_left_out_and_said(home: Home, tmp_path: Path) -> None:
    """While it is prepared, and between that and fetching it; no rights come back; the audit holds."""
    ids = lived_in(home)
    exports, account_id = home.house.exports, home.account_id
    exports.ask(home.ana, account_id, ALL)
    exports.work(lambda: False)  # listed, not laid out
    first, _ = home.vault.erase(all_of(recordings=(ids[0],)))
    exports.work(lambda: True)
    second = home.vault.forget(all_of(recordings=(ids[1],)))  # not even cleaned up
    archive = fetched(home, home.ana)
    assert len(files(archive)) == 6
    omitted = exports.show(home.ana, account_id).omitted
    assert [(each.why, each.erasure_id, each.count) for each in omitted] == [
        (LeftOut.FORGOTTEN, first.id, 2),
        (LeftOut.FORGOTTEN, second.id, 2),
    ]
    assert second.id.encode() in archive.read("README.txt")
    assert second.id.encode() in archive.read("index.html")
    home.vault.erase(all_of(person="Leo"))
    assert persons(fetched(home, home.ana)) == {"Ana"}
    home.vault.erase(all_of(person="Ana"))
    with pytest.raises(UnknownError):  # with her, what she asked for
        exports.fetch(home.ana, account_id)
    home.vault.rotate()
    home.vault.ledger_export(tmp_path / "ledger")
    assert audit(tmp_path / "ledger", home.vault.config.vkey).problems == ()


def test_what_is_forgotten_while_it_flows_breaks_it_off(sqlite_home: Home) -> None:
    """Nothing of it leaves from that moment, and the next archive is without it."""
    home = sqlite_home
    ids = lived_in(home)
    prepared(home, home.ana)
    found = home.house.exports.fetch(home.ana, home.account_id)
    flowing = found.stretches(0, found.size_bytes)
    got = [next(flowing)]
    home.vault.forget(all_of(recordings=(ids[-1],)))
    with pytest.raises(ShiftedError):
        got.extend(flowing)
    assert b"leo's own voice 1 " not in b"".join(got)
    assert home.house.exports.show(home.ana, home.account_id).state is ExportState.PREPARING
    home.house.exports.work(lambda: True)
    assert len(files(fetched(home, home.ana))) == 8


def test_an_erasure_while_a_large_file_flows_stops_it_within_a_stretch(sqlite_home: Home) -> None:
    home = sqlite_home
    film = said(home.vault, NOW_MS - HOUR_MS, person="Ana", content=b"x" * (5 << 20))
    prepared(home, home.ana)
    found = home.house.exports.fetch(home.ana, home.account_id)
    flowing, got = found.stretches(0, found.size_bytes), list[bytes]()
    while sum(map(len, got)) < 1 << 20:
        got.append(next(flowing))
    home.vault.forget(all_of(recordings=(film.recording_id,)))
    with pytest.raises(GoneError):
        got.extend(flowing)
    assert sum(map(len, got)) < 3 << 20


def test_a_right_that_ended_counts_and_so_does_a_new_name(sqlite_home: Home) -> None:
    """A withdrawn consent takes somebody out; who signs in anew shows a factor again."""
    home = sqlite_home
    lived_in(home)
    exports, account_id = home.house.exports, home.account_id
    first = taken(home, home.ana)
    home.house.persons.change(home.ana, account_id, home.leo_id, PersonChange(name="Leon"))
    assert persons(fetched(home, home.ana)) == {"Leon", "Ana"}
    home.house.consents.withdraw(home.leo, account_id, home.leo_id, Scope.USE)
    archive = fetched(home, home.ana)
    assert persons(archive) == {"Ana"}
    assert files(archive) == [
        each for each in files(first) if each["kind"] in {"video", "location"}
    ]
    assert [each.why for each in exports.show(home.ana, account_id).omitted] == [
        LeftOut.NOT_ALLOWED
    ]
    home.sessions.dead.add(home.ana_id)
    with pytest.raises(DeniedError):
        exports.fetch(home.ana, account_id)


def test_nothing_plaintext_rests_anywhere(sqlite_home: Home) -> None:
    """Not while it is prepared, not when it is ready, not when it was fetched."""
    home = sqlite_home
    voice = b"leo's own voice 1 " * 300
    lived_in(home)
    home.house.exports.ask(home.ana, home.account_id, ALL)
    needles = [*needles_of(voice), b"no walnuts 1", b"everything in home", b"Leo, kitchen"]
    for step in range(4):
        assert home.vault.scan(needles).found == (), step
        if step < 2:
            home.house.exports.work(lambda: False)
        elif step == 2:
            fetched(home, home.ana)


def test_damaged_bytes_are_left_out_and_said(sqlite_home: Home) -> None:
    """Before it is prepared, and between that and fetching it."""
    home = sqlite_home
    lived_in(home)

    def damage(which: int) -> None:
        contents = sorted(each for each in (home.vault.home / "content").rglob("art_*"))
        path = contents[which]
        path.write_bytes(bytes(len(path.read_bytes())))

    damage(0)
    prepared(home, home.ana)
    damage(1)
    found = home.house.exports.fetch(home.ana, home.account_id)
    with pytest.raises(ShiftedError):
        whole(found)
    home.house.exports.work(lambda: True)
    archive = fetched(home, home.ana)
    assert len(files(archive)) == 8
    omitted = home.house.exports.show(home.ana, home.account_id).omitted
    assert [(each.why, each.count) for each in omitted] == [(LeftOut.DAMAGED, 2)]


def test_a_large_one_is_laid_out_anew_in_the_background(
    sqlite_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for it: they are told to come again."""
    home = sqlite_home
    ids = lived_in(home)
    prepared(home, home.ana)
    monkeypatch.setattr(fetching, "_WHILE_ONE_WAITS", 3)
    home.vault.forget(all_of(recordings=(ids[0],)))
    with pytest.raises(ConflictError):
        home.house.exports.fetch(home.ana, home.account_id)
    home.house.exports.work(lambda: True)
    assert len(files(fetched(home, home.ana))) == 8


def test_a_crash_at_any_write_loses_nothing_and_takes_nothing_twice(sqlite_home: Home) -> None:
    """Killed at each write in turn, it goes on, and is told of once."""
    home = sqlite_home
    lived_in(home)
    exports, account_id = home.house.exports, home.account_id
    for nth in count():
        exports.ask(home.ana, account_id, ALL)
        with suppress(DiedError), dying(home.vault, nth) as death:
            exports.work(lambda: True)
        exports.work(lambda: True)
        found = files(fetched(home, home.ana))
        assert len({each["artefact"] for each in found}) == len(found) == 10
        told = [each for each in home.house.inbox.list(home.ana) if "take away" in each.subject]
        assert len(told) == nth + 1
        exports.cancel(home.ana, account_id)
        if not death.struck:
            break
    assert nth > 5


def test_a_process_that_is_killed_is_gone_on_with_by_the_next(
    sqlite_home: Home, tmp_path: Path
) -> None:
    """kill -9, while it hashes."""
    home = sqlite_home
    for number in range(120):
        said(home.vault, NOW_MS - (number + 1) * HOUR_MS, person="Ana")
    home.house.exports.ask(home.ana, home.account_id, ALL)
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(home.vault.home), str(NOW_MS)],
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    half = home.house.exports.show(home.ana, home.account_id)
    assert 0 < half.done_bytes < half.total_bytes
    home.house.exports.work(lambda: True)
    found = files(fetched(home, home.ana))
    assert len({each["artefact"] for each in found}) == len(found) == 120


_KILLED = """
import os, signal, sys
from pathlib import Path
from bailee.clock import FixedClock
from bailee.custody.export import Exporting
from bailee.custody.vault import Vault
from bailee.household import Household

calls, real = [], Exporting.digests
def digests(self, *args):
    calls.append(args)
    found = real(self, *args)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return found
Exporting.digests = digests
vault = Vault.open(Path(sys.argv[1]), clock=FixedClock(int(sys.argv[2])))
Household(vault, decide=None, carrier=None).exports.work(lambda: True)
"""
