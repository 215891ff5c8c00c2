"""The ledger as it is served: a C2SP tiled log that verifies with nothing of bailee."""

import json
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

import bailee.cli
from api.house import House, problem
from bailee.api.app import DoorSettings
from bailee.api.ledger_readers import end_readers, make_reader
from bailee.cli.desk import Desk
from bailee.clock import DAY_MS, FixedClock
from bailee.custody.vault import Vault
from bailee.tlog.tile import tiles_of
from bailee.types.role import Right, Role
from format import second_log


def copied(house: House, folder: Path, headers: dict[str, str] | None = None) -> list[bytes]:
    """Every entry of the ledger as it is served, read and checked by the second implementation."""
    note = house.http.get("/v1/ledger/checkpoint").text
    size, _ = second_log.open_checkpoint(note, house.service.vault.config.vkey)
    for tile in tiles_of(size):
        answer = house.http.get(f"/v1/ledger/{tile.path}", headers=headers or {})
        assert answer.status_code == 200, tile.path
        assert answer.headers["content-type"] == "application/octet-stream"
        path = folder / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer.content)
    (folder / "checkpoint").write_text(note)
    return second_log.read_log(folder, house.service.vault.config.vkey)


def test_the_served_log_leads_to_its_signed_root(house: House, tmp_path: Path) -> None:
    """Read over HTTP by a second implementation, across a full tile: every entry, in order."""
    for number in range(260):
        house.service.identity.tokens.make(house.account_id, f"dev_{number:016}")
    size = house.service.vault.publish()
    assert size > 256
    entries = copied(house, tmp_path)
    assert entries == [house.service.vault._premises.log.entry(each) for each in range(size)]


def test_full_tiles_may_be_kept_and_partial_ones_not(house: House) -> None:
    """What never changes is cached, for its reader alone; what grows is not."""
    for number in range(260):
        house.service.identity.tokens.make(house.account_id, f"dev_{number:016}")
    house.service.vault.publish()
    full = house.http.get("/v1/ledger/tile/0/000").headers["cache-control"]
    assert full == "private, max-age=31536000, immutable"
    partial = house.http.get("/v1/ledger/tile/1/000.p/1").headers["cache-control"]
    assert partial == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/1",
        "tile/0/999",
        "tile/64/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/entries/../../vault.json",
        "tile/entries/..%2f..%2fvault.json",
        "tile/0/x000/001",
        "tile/%00",
        "tile/" + "x" * 190,
        "nothing",
    ],
)
def test_no_other_file_is_served(house: House, path: str) -> None:
    """What is no tile of this log is unknown, wherever the path points."""
    house.service.vault.publish()
    problem(house.http.get(f"/v1/ledger/{path}"), 404)


def test_tiles_are_for_the_machine_and_for_auditors(tmp_path: Path, clock: FixedClock) -> None:
    """From elsewhere the checkpoint is open to all, and a tile to the holder of a token alone."""
    Vault.create(tmp_path / "vault", clock=clock).close()
    with House(tmp_path / "vault", clock, DoorSettings(behind_proxy=True)) as house:
        house.service.vault.publish()
        assert house.http.get("/v1/ledger/checkpoint").status_code == 200
        desk = house.service.vault.desk()
        good = {"Authorization": f"Bearer {make_reader(desk, days=7)}"}
        device = house.token_of(house.device())
        leo = house.person("Leo", Role.MEMBER, Right.VIEW)
        for who in (None, house.ana, leo, device, {"Authorization": "Bearer bailee_log_nonsense"}):
            problem(house.ask("GET", "/v1/ledger/tile/0/000.p/1", who), 401)
        assert copied(house, tmp_path / "copy", good)
        problem(house.ask("GET", "/devices", good), 401)
        house.clock.advance(ms=7 * DAY_MS)
        problem(house.http.get("/v1/ledger/tile/0/000.p/1", headers=good), 401)


def test_an_auditor_can_be_sent_away(house: House) -> None:
    """A token that was ended reads nothing, also on the machine itself."""
    desk = house.service.vault.desk()
    headers = {"Authorization": f"Bearer {make_reader(desk, days=7)}"}
    path = _some_tile(house, headers)
    assert end_readers(desk) == 1
    problem(house.http.get(path, headers=headers), 401)


def _some_tile(house: House, headers: dict[str, str]) -> str:
    size = house.service.vault.publish()
    path = f"/v1/ledger/tile/0/000.p/{size}"
    found: httpx.Response = house.http.get(path, headers=headers)
    assert found.status_code == 200
    return path


def test_the_operator_makes_and_ends_an_auditors_token(house: House) -> None:
    """By one command, shown once; by another, none works any more."""
    home = str(house.service.vault.home)

    def typed(*words: str) -> str:
        args = ["--home", home, "--json", "ledger", "token", *words]
        done = CliRunner().invoke(bailee.cli.main, args, obj=Desk(clock=house.clock))
        assert done.exit_code == 0, done.output
        return done.stdout

    made = json.loads(typed("--days", "7"))
    headers = {"Authorization": f"Bearer {made['token']}"}
    path = _some_tile(house, headers)
    assert json.loads(typed("--end-all")) == {"ended": 1}
    problem(house.http.get(path, headers=headers), 401)
