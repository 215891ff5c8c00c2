"""The contract of the one database, over both sorts of it."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from bailee.errors import InputError
from bailee.store.database import Database, DatabaseError, RetryTransaction
from bailee.store.tables import place


def put(path: str) -> Callable[[sa.Connection], None]:
    def work(connection: sa.Connection) -> None:
        connection.execute(sa.insert(place).values(path=path))

    return work


def there(database: Database) -> set[str]:
    return set(database.read(lambda c: c.scalars(sa.select(place.c.path)).all()))


def test_a_write_that_raises_leaves_nothing(database: Database) -> None:
    """All of it or none: what was written before the error is gone with it."""

    def work(connection: sa.Connection) -> None:
        put("a")(connection)
        raise KeyError

    with pytest.raises(KeyError):
        database.write(work)
    assert there(database) == set()


def test_what_returned_is_there(database: Database) -> None:
    """And its value comes back."""

    def work(connection: sa.Connection) -> str:
        put("a")(connection)
        return "done"

    assert database.write(work) == "done"
    assert there(database) == {"a"}


def test_a_read_sees_one_moment(database: Database) -> None:
    """What commits while it runs is not seen, by any of its statements."""

    def work(connection: sa.Connection) -> tuple[int, int]:
        wanted = sa.select(sa.func.count()).select_from(place)
        before = connection.execute(wanted).scalar_one()
        database.write(put("meanwhile"))
        return before, connection.execute(wanted).scalar_one()

    assert database.read(work) == (0, 0)
    assert there(database) == {"meanwhile"}


def together(database: Database, works: list[Callable[[sa.Connection], None]]) -> list[object]:
    """Run all of them at once, so that on SQLite they share one commit; what each raised."""
    raised: list[object] = [None] * len(works)

    def one(number: int) -> None:
        try:
            database.write(works[number])
        except Exception as error:  # noqa: BLE001 - what it was is the test's question
            raised[number] = error

    with database._leader if database.is_sqlite else threading.Lock():
        threads = [threading.Thread(target=one, args=(each,)) for each in range(len(works))]
        for number, thread in enumerate(threads):
            thread.start()
            while database.is_sqlite and len(database._queue) <= number:
                pass  # until it stands in the queue: their order is this one
    for thread in threads:
        thread.join()
    return raised


def test_one_failure_among_many_is_its_own(database: Database) -> None:
    """Writers that share a commit share nothing else: savepoints keep them apart."""

    def fails(connection: sa.Connection) -> None:
        put("never")(connection)
        raise KeyError

    raised = together(database, [put("a"), fails, put("b"), fails, put("c")])
    assert [type(each) for each in raised] == [type(None), KeyError] * 2 + [type(None)]
    assert there(database) == {"a", "b", "c"}


def test_a_broken_rule_is_its_writers_own(database: Database) -> None:
    """An error of the database itself, such as a row that is there already, harms nobody else."""
    database.write(put("a"))
    raised = together(database, [put("b"), put("a"), put("c")])
    assert isinstance(raised[1], DatabaseError)
    assert there(database) == {"a", "b", "c"}


def test_a_transaction_that_ends_itself_takes_the_whole_commit_along(
    tmp_path: Path,
) -> None:
    """SQLite rolls all of it back on a full disk: nobody may be told that theirs is durable."""
    database = Database(str(tmp_path / "catalog.sqlite"))
    database.create()

    def ends(connection: sa.Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")  # as SQLite itself does on SQLITE_FULL
        raise OSError

    raised = together(database, [put("before"), ends, put("after")])
    assert all(raised)
    assert there(database) == set()
    database.write(put("next"))
    assert there(database) == {"next"}
    database.close()


def test_whoever_lost_a_race_runs_again(database: Database) -> None:
    """A function that asks for it is run anew, from nothing."""
    runs: list[int] = []

    def work(connection: sa.Connection) -> int:
        runs.append(len(runs))
        put(f"try {len(runs)}")(connection)
        if len(runs) < 3:
            raise RetryTransaction
        return len(runs)

    assert database.write(work) == 3
    assert there(database) == {"try 3"}


def test_a_race_that_is_never_won_is_an_error(database: Database) -> None:
    """It ends, in words, and with nothing written."""

    def work(connection: sa.Connection) -> None:
        put("a")(connection)
        raise RetryTransaction

    with pytest.raises(DatabaseError, match="other writers"):
        database.write(work)
    assert there(database) == set()


def test_many_writers_lose_nothing(database: Database) -> None:
    """Each acknowledged row is there, whoever led the commit."""
    with ThreadPoolExecutor(16) as pool:
        for done in pool.map(lambda n: database.write(put(f"{n:03}")), range(200)):
            assert done is None
    assert there(database) == {f"{n:03}" for n in range(200)}


def test_a_lease_is_held_by_one_thread_at_a_time(database: Database) -> None:
    """The others wait; whoever raises lets go of it."""
    inside: list[int] = []

    def one(number: int) -> int:
        with suppress(ZeroDivisionError), database.exclusively("test"):
            inside.append(number)
            assert inside == [number]
            database.read(lambda c: c.execute(sa.select(place)).all())
            inside.remove(number)
            assert 1 / (number % 3)
        return number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(40))) == list(range(40))


def test_leases_of_other_names_do_not_wait(database: Database) -> None:
    """One name, one lease."""
    with database.exclusively("one"), database.exclusively("other"):
        pass


_HOLDER = """
import sys
from bailee.store.database import Database
database = Database(sys.argv[1])
with database.exclusively("test"):
    print("mine", flush=True)
    sys.stdin.readline()
    sys.exit(0) if sys.argv[2] == "ends" else __import__("os").kill(__import__("os").getpid(), 9)
"""


@pytest.mark.parametrize("how", ["ends", "dies"])
def test_a_lease_ends_with_its_process(database: Database, how: str) -> None:
    """Over processes too; and kill -9 leaves nobody waiting."""
    url = database.url.removeprefix("sqlite:///")
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, url, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert holder.stdout.readline() == "mine\n"
    got = threading.Event()

    def wait() -> None:
        with database.exclusively("test"):
            got.set()

    waiter = threading.Thread(target=wait)
    waiter.start()
    assert not got.wait(0.2)
    holder.stdin.write("\n")
    holder.stdin.close()
    waiter.join(20)
    assert got.is_set()
    holder.wait()
    holder.stdout.close()


@pytest.mark.parametrize("url", ["mysql://localhost/bailee", "oracle://x", "http://x"])
def test_other_databases_are_refused(url: str) -> None:
    """In words, before anything is opened."""
    with pytest.raises(InputError, match="SQLite or PostgreSQL"):
        Database(url)


def test_an_error_tells_no_parameters(database: Database) -> None:
    """What the driver says of a row stays out of the message: it may be somebody's."""
    database.write(put("secret place"))
    with pytest.raises(DatabaseError) as refused:
        database.write(put("secret place"))
    assert "secret place" not in str(refused.value)
