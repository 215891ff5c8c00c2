"""Releasing 64 KiB over HTTP to 16 clients: decided, and on record before the first byte.

Theirs is the same framework and server, whose route checks the session and sends an encrypted file.
"""

import statistics
from dataclasses import dataclass, field, replace
from pathlib import Path

from furnished import CHEAP, furnish
from harness import Part, Row, shown
from http_plain import INSERT, TABLE, asked_by, put
from http_servers import CLIENTS, Burst, Server, ask, ours, serving, theirs
from place import DATABASES, SQLITE, Kept, Place, sqlite, vault_on

from bailee.api.service import Service

SIZE = 65_536
PART = range(16_384, 32_768)
_TOKEN = "a token that nobody else has, of 43 letters"
_NEVER_MS = 1 << 53


@dataclass(slots=True)
class _Side:
    """A server, what it is asked for, and what that took."""

    server: Server
    burst: Burst
    each_s: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    def go(self) -> None:
        seconds, latencies = ask(self.server, self.burst)
        self.each_s.append(seconds / self.burst.count)
        self.latencies += latencies

    def of_a_part(self) -> "_Side":
        """The same, asked for a part of each."""
        told = f"bytes={PART.start}-{PART.stop - 1}"
        return _Side(self.server, replace(self.burst, range=told, length=len(PART)))

    @property
    def said(self) -> str:
        late = statistics.quantiles(self.latencies, n=100)[98]
        return f"{1 / statistics.median(self.each_s):,.0f} a second, p99 {shown(late)}"


def run(place: Place) -> list[Part]:
    """Both databases."""
    return [_on(place, database) for database in DATABASES]


def _on(place: Place, database: str) -> Part:
    held, count, rounds = place.size.pick((8, 32, 1), (64, 640, 3), (200, 1600, 7))
    place.say(f"{database}: releasing 64 KiB over HTTP")
    part = Part(title=f"Releasing 64 KiB over HTTP, decided and on record, on {database}")
    house = house_on(place, database, held, count)
    shelf = shelf_on(place, database, held, count)
    with (
        serving(ours(house.kept.home), place.fresh("serve.log")) as mine,
        serving(theirs(shelf.folder, shelf.database), place.fresh("plain.log")) as plain,
    ):
        whole = _Side(mine, house.burst), _Side(plain, shelf.burst)
        parts = whole[0].of_a_part(), whole[1].of_a_part()
        for work, sides in (("release 64 KiB", whole), ("release 16 KiB of it", parts)):
            _turns(sides, rounds)
            part.rows.append(
                Row(
                    work=f"{work}, {CLIENTS} clients",
                    against=f"the same server: session check, decrypt, send, {database}",
                    ours_s=statistics.median(sides[0].each_s),
                    theirs_s=statistics.median(sides[1].each_s),
                    aim=0.5,
                )
            )
            part.figures.append((f"{work}: ours", sides[0].said))
            part.figures.append((f"{work}: theirs", sides[1].said))
    house.kept.drop()
    return part


def _turns(sides: tuple[_Side, _Side], rounds: int) -> None:
    for each in sides:  # the first requests find nothing prepared, and are not counted
        ask(each.server, each.burst)
    for number in range(rounds):
        for each in sides if number % 2 == 0 else sides[::-1]:
            each.go()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A vault with a household in it, and what its clients ask for."""

    kept: Kept
    burst: Burst


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Encrypted files, the database with the one session, and what its clients ask for."""

    folder: Path
    database: str
    burst: Burst


def house_on(place: Place, database: str, held: int, count: int) -> House:
    """A household with *held* recordings."""
    kept = vault_on(place, database, "household")
    kept.create().close()
    with Service.open(kept.home, settings=CHEAP) as service:
        made = furnish(service, count=held, size_bytes=SIZE)
    paths = [f"/v1/artefacts/{each}/content" for each in made.artefacts]
    return House(kept=kept, burst=Burst(token=made.token, paths=paths, length=SIZE, count=count))


def shelf_on(place: Place, database: str, held: int, count: int) -> Shelf:
    """As many files of the same size."""
    folder = place.fresh("files")
    folder.mkdir()
    put(folder, held, SIZE)
    paths = [f"/files/{number}" for number in range(held)]
    return Shelf(
        folder=folder,
        database=_sessions(place, database, folder),
        burst=Burst(token=_TOKEN, paths=paths, length=SIZE, count=count),
    )


def _sessions(place: Place, database: str, folder: Path) -> str:
    """Where the one session is kept."""
    token_hash, now_ms = asked_by(_TOKEN)
    row = (token_hash, now_ms, _NEVER_MS)
    if database == SQLITE:
        path = folder / "sessions.sqlite"
        made = sqlite(path)
        made.execute(TABLE.format("BLOB"))
        made.execute(INSERT.format("?"), row)
        made.close()
        return str(path)
    name = place.new_database()
    with place.postgres(name) as rows:
        rows.execute(TABLE.format("BYTEA").encode())
        rows.execute(INSERT.format("%s").encode(), row)
    return place.url(name)
