"""Any story a house can live through, crashes between and within its steps, against a model."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bailee.clock import FixedClock, day_of
from bailee.custody.audit import audit
from bailee.custody.vault import Vault
from bailee.errors import ConflictError, LateArrivalError, UnknownError
from bailee.types.kind import Kind
from bailee.types.query import Query
from bailee.types.recording import Deposit
from conftest import PostgresServer
from custody.story.model import Gone, Model, Piece, Seen
from support.dying import DiedError, abandon, dying
from support.vaults import HOME, HOUR_MS, NOW_MS, all_of, opened

PERSONS = ("Leo", "Ana")
DEVICES = ("kitchen", "phone")
KINDS = (Kind.AUDIO, Kind.TRANSCRIPT, Kind.FACT)

a_person = st.sampled_from(PERSONS)
a_device = st.sampled_from(DEVICES)
maybe_person = st.sampled_from((None, *PERSONS))
maybe_device = st.sampled_from((None, *DEVICES))
death = st.one_of(st.none(), st.none(), st.integers(0, 40))
"""Most steps live; the others die at one of their first forty writes."""


class House(RuleBasedStateMachine):
    """One account; a verb a rule; each may die at any of its writes and is then opened again."""

    new_database: Callable[[], str | None] = staticmethod(lambda: None)

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="bailee-story-"))
        self.clock = FixedClock(NOW_MS)
        self.count = 0
        self.holds: list[str] = []
        self.kept: Model | None = None

    @initialize()
    def found(self) -> None:
        self.model = Model(today=day_of(NOW_MS))
        self.vault = Vault.create(
            self.folder / "vault",
            clock=self.clock,
            root_store=self.folder / "root",
            root_replicas=[self.folder / "replica"],
            database=self.new_database(),
        )

    def teardown(self) -> None:
        if hasattr(self, "vault"):
            try:
                self.judge(thoroughly=True)
                self.vault.ledger_export(self.folder / "export")
                told = audit(self.folder / "export", self.vault.config.vkey)
                # Nobody expires or rotates on time here; a restored log may lack a hold's order.
                late = (
                    "days late",
                    "hours",
                    "too late",
                    "not been let expire",
                    "that does not stand",
                )
                assert [p for p in told.problems if not any(w in p for w in late)] == []
            finally:
                self.vault.close()
        shutil.rmtree(self.folder)

    # -- looking --------------------------------------------------------------------------

    def look(self) -> Seen:
        """Everything a list shows: keys open, since each name is sealed."""
        seen: dict[str, tuple[Kind, frozenset[tuple[int, str, str]], int]] = {}
        after = ""
        while True:
            page = self.vault.list(Query(limit=5, after=after))
            for each in page.recordings:
                for thing in each.artefacts:
                    mine = (each.begin_ms, each.person, each.device)
                    hangs_on = seen[thing.name][1] if thing.name in seen else frozenset()
                    seen[thing.name] = (thing.kind, hangs_on | {mine}, thing.kept_until_day)
            after = page.next
            if not after:
                return seen

    def judge(self, *, thoroughly: bool) -> None:
        assert self.look() == self.model.seen()
        if thoroughly:
            for recording in self.vault.list(Query(limit=1000)).recordings:
                for each in recording.artefacts:
                    assert opened(self.vault, each.id) == each.name.encode()
            report = self.vault.fsck(deep=True)
            assert report.is_clean, report.problems

    @invariant()
    def holds_what_it_should(self) -> None:
        if hasattr(self, "vault"):
            self.judge(thoroughly=False)

    def id_of(self, begin: int) -> str:
        page = self.vault.list(Query(from_ms=begin, to_ms=begin, limit=1000))
        return next(each.id for each in page.recordings if each.begin_ms == begin)

    # -- doing, and dying -----------------------------------------------------------------

    def do(
        self, nth: int | None, act: Callable[[], Any], after: Model, *, either: bool = False
    ) -> Any:
        """Do it and have *after*; or die at its nth write and have that or what was before."""
        before = self.model
        if nth is None:
            self.model = after
            return act()
        done: Any = None
        with dying(self.vault, nth) as how, suppress(DiedError):
            done = act()
        if not how.struck:
            self.model = after
            return done
        note(f"died at write {nth}")
        abandon(self.vault)
        self.vault = Vault.open(self.vault.home, clock=self.clock)
        self.model = before if self.look() == before.seen() != after.seen() else after
        if before.seen() == after.seen():
            self._tell_apart(before, after)
        self._note_names()
        self.judge(thoroughly=True)
        return None

    def _tell_apart(self, before: Model, after: Model) -> None:
        """What no list shows: which names answer, and how far a stretch is forgotten."""
        epoch = self.vault._premises.database.read(
            lambda c: c.exec_driver_sql("SELECT epoch FROM state").scalar_one()
        )
        self.model = before if epoch == self.epoch_before else after
        if before.gone == after.gone and before.begins == after.begins:
            self.model = after  # nothing but names, which deposits make again

    @property
    def now(self) -> int:
        return self.clock.now_ms()

    def fresh(self, before_now: int) -> int:
        """A moment that no recording begins at."""
        self.count += 1
        return self.now - before_now * HOUR_MS - self.count

    def token(self) -> str:
        self.count += 1
        return f"token {self.count}"

    def _note_epoch(self) -> None:
        self.epoch_before = self.vault._premises.database.read(
            lambda c: c.exec_driver_sql("SELECT epoch FROM state").scalar_one()
        )

    # -- rules: keeping -------------------------------------------------------------------

    @rule(
        person=a_person,
        device=a_device,
        hours=st.integers(0, 6),
        length=st.sampled_from((0, 500, 2 * HOUR_MS)),
        days=st.sampled_from((2, 8, 30)),
        large=st.booleans(),
        nth=death,
    )
    def deposit(
        self, person: str, device: str, hours: int, length: int, days: int, large: bool, nth: int
    ) -> None:
        begin, token = self.fresh(hours), self.token()
        token += "." * 5000 if large else ""
        late = self.model.is_late(person, device, None, begin, begin + length)
        late = late or self.model.is_late(person, device, Kind.AUDIO, begin, begin + length)
        item = Deposit(
            account=HOME,
            person=person,
            device=device,
            kind=Kind.AUDIO,
            content=token.encode(),
            captured_at_ms=begin,
            duration_ms=length,
            keep_days=days,
            name=token,
        )
        if late:
            with pytest.raises(LateArrivalError):
                self.vault.deposit(item)
            return
        after = self.model.copy()
        piece = Piece(person, device, begin, begin + length)
        after.add(token, piece, Kind.AUDIO, after.today + days)
        self._note_epoch()
        self.do(nth, lambda: self.vault.deposit(item), after)

    @precondition(lambda self: self.model.living())
    @rule(data=st.data(), kind=st.sampled_from(KINDS[1:]), days=st.sampled_from((3, 30)), nth=death)
    def derive(self, data: st.DataObject, kind: Kind, days: int, nth: int) -> None:
        living = self.model.living()
        sources = tuple(
            data.draw(st.lists(st.sampled_from(living), min_size=1, max_size=2, unique=True))
        )
        first, token = self.model.pieces[sources[0]], self.token()
        item = Deposit(
            account=HOME,
            kind=kind,
            content=token.encode(),
            derived_from=tuple(self.id_of(each) for each in sources),  # type: ignore[misc]
            keep_days=days,
            name=token,
        )
        if self.model.is_late(first.person, first.device, kind, *self.model.span_of(sources)):
            with pytest.raises(LateArrivalError):
                self.vault.deposit(item)
            return
        after = self.model.copy()
        after.derive(token, sources, kind, after.today + days)
        self._note_epoch()
        self.do(nth, lambda: self.vault.deposit(item), after)

    # -- rules: forgetting ----------------------------------------------------------------

    @precondition(lambda self: self.model.living())
    @rule(data=st.data(), nth=death)
    def erase_one(self, data: st.DataObject, nth: int) -> None:
        begin = data.draw(st.sampled_from(self.model.living()))
        here = [k for t, (k, on, _) in self.model.seen().items() if begin in {b for b, _, _ in on}]
        kind = data.draw(st.sampled_from([None, *sorted(set(here))]))
        selection = all_of(recordings=(self.id_of(begin),), kind=kind)
        after = self.model.copy()
        after.erase_ids([begin], kind)
        self._note_epoch()
        self.do(nth, lambda: self.vault.erase(selection), after)

    @rule(
        person=maybe_person,
        device=maybe_device,
        kind=st.sampled_from((None, *KINDS)),
        hours=st.integers(0, 7),
        length=st.integers(0, 3),
        nth=death,
    )
    def erase_range(
        self,
        person: str | None,
        device: str | None,
        kind: Kind | None,
        hours: int,
        length: int,
        nth: int,
    ) -> None:
        begin = self.now - hours * HOUR_MS
        end = min(begin + length * HOUR_MS, self.now)
        selection = all_of(person=person, device=device, kind=kind, from_ms=begin, to_ms=end)
        if not self._known(person, device):
            with pytest.raises(UnknownError):
                self.vault.erase(selection)
            return
        after = self.model.copy()
        after.erase_span(Gone(person, device, kind, begin, end))
        self._note_epoch()
        self.do(nth, lambda: self.vault.erase(selection), after)

    @rule(name=st.sampled_from(("p:Leo", "p:Ana", "d:kitchen", "d:phone", "")), nth=death)
    def erase_whole(self, name: str, nth: int) -> None:
        part = {"p": "person", "d": "device"}.get(name[:1])
        selection = all_of(**{part: name[2:]}) if part else all_of(everything=True)
        if name not in self.model.names:
            return
        after = self.model.copy()
        after.drop(name, self.now)
        self._note_epoch()
        with suppress(UnknownError):  # its name was retired with nothing left under it
            self.do(nth, lambda: self.vault.erase(selection), after)

    def _known(self, person: str | None, device: str | None) -> bool:
        wanted = {""} | ({f"p:{person}"} if person else set())
        return wanted | ({f"d:{device}"} if device else set()) <= self.model.names

    # -- rules: time ----------------------------------------------------------------------

    @precondition(lambda self: self.model.living())
    @rule(data=st.data(), days=st.sampled_from((1, 5, 25)), nth=death)
    def retain(self, data: st.DataObject, days: int, nth: int) -> None:
        begin = data.draw(st.one_of(st.none(), st.sampled_from(self.model.living())))
        seen = self.model.seen()
        tokens = [
            token for token, (_, on, _) in seen.items() if begin in {None, *(b for b, _, _ in on)}
        ]
        everything = all_of(everything=True)
        selection = everything if begin is None else all_of(recordings=(self.id_of(begin),))
        after = self.model.copy()
        after.retain(tokens, after.today + days)
        self._note_epoch()
        self.do(nth, lambda: self.vault.retain(selection, days), after)

    @rule(days=st.integers(0, 9), nth=death)
    def expire(self, days: int, nth: int) -> None:
        self.clock.advance(days=days)
        self.model.pass_days(day_of(self.now))
        self._note_epoch()
        self.do(nth, self.vault.expire, self.model.copy())

    @rule(nth=death)
    def rotate(self, nth: int) -> None:
        self._note_epoch()
        self.do(nth, self.vault.rotate, self.model.copy())

    # -- rules: the rest ------------------------------------------------------------------

    @precondition(lambda self: self.model.living())
    @rule(data=st.data(), person=a_person, nth=death)
    def reassign(self, data: st.DataObject, person: str, nth: int) -> None:
        begin = data.draw(st.sampled_from(self.model.living()))
        piece, opaque_id = self.model.pieces[begin], self.id_of(begin)

        def act() -> Any:
            return self.vault.reassign(HOME, opaque_id, person)

        if piece.person == person:
            with pytest.raises(ConflictError):
                act()
            return
        moves = [
            thing
            for thing in self.model.things.values()
            if begin in thing.sources and self.model.opens(thing) and thing.person == piece.person
        ]
        spans: list[tuple[Kind | None, int, int]] = [(None, begin, piece.end)]
        spans += [(t.kind, *(2 * (self.model.span_of(t.sources)[0],))) for t in moves]
        if any(self.model.is_late(person, piece.device, *each) for each in spans):
            with pytest.raises((LateArrivalError, ConflictError)):
                act()
            return
        after = self.model.copy()
        after.reassign(begin, person)
        self._note_epoch()
        if self.model.holds:
            before = self.model
            try:
                self.do(None, act, after)
            except ConflictError:
                self.model = before
        else:
            self.do(nth, act, after)

    @rule(person=maybe_person, hours=st.integers(0, 5), nth=death)
    def hold(self, person: str | None, hours: int, nth: int) -> None:
        assume(self._known(person, None))
        after = self.model.copy()
        after.holds += 1
        everything = person is None
        selection = all_of(person=person, everything=everything)
        if hours:
            selection = all_of(person=person, from_ms=self.now - hours * HOUR_MS)
        self._note_epoch()
        with suppress(UnknownError):
            self.do(nth, lambda: self.vault.hold(selection), after)
        self._note_holds()

    def _note_holds(self) -> None:
        """Those that stand, in the order in which they were ordered."""
        standing = {each.id for each in self.vault.holds() if each.lifted_ms is None}
        self.holds = [each for each in self.holds if each in standing]
        self.holds += sorted(standing - set(self.holds))
        self.model.holds = len(standing)

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data(), nth=death)
    def lift(self, data: st.DataObject, nth: int) -> None:
        which = self.holds[data.draw(st.integers(0, len(self.holds) - 1))]
        after = self.model.copy()
        self._note_epoch()
        self.do(nth, lambda: self.vault.lift(which), after)
        self._note_holds()

    @rule()
    def reopen(self) -> None:
        self.vault.close()
        self.vault = Vault.open(self.vault.home, clock=self.clock)

    @rule(nth=death)
    def backup(self, nth: int) -> None:
        self._note_epoch()
        done = self.do(nth, lambda: self.vault.backup(self.folder / "backup"), self.model.copy())
        if done is not None:
            self.kept = self.model.copy()

    @precondition(lambda self: self.kept is not None)
    @rule()
    def restore(self) -> None:
        """The disk is lost; from the backup and the root stores comes all that lives of it."""
        kept, now = self.kept, self.model
        assert kept is not None
        self.vault.close()
        self.count += 1
        home = self.folder / f"vault {self.count}"
        self.vault = Vault.restore(
            self.folder / "backup", home, clock=self.clock, database=self.new_database()
        )
        seen, then = self.look(), kept.seen()
        for token, facts in seen.items():
            assert token in then
            assert kept.opens(now.things[token]) or facts  # known to that backup
            assert now.things[token].alive
            assert all(now.pieces[each].alive for each in now.things[token].sources)
        for token, facts in then.items():
            sources = now.things[token].sources
            moved = any(now.pieces[each] != kept.pieces[each] for each in sources)
            if now.seen().get(token) == facts and not moved:
                assert seen[token] == facts
        self._adopt(seen)

    def _adopt(self, seen: Seen) -> None:
        """Whatever was deposited, moved or kept longer after the backup is lost with the disk."""
        for token, thing in list(self.model.things.items()):
            if token not in seen:
                self.model.cut_thing(token)
            else:
                self.model.retain([token], seen[token][2])
                assert thing.alive
        self._note_holds()
        self._note_names()

    def _note_names(self) -> None:
        """Which names answer."""
        parts = [("", all_of(everything=True))]
        parts += [(f"p:{each}", all_of(person=each)) for each in PERSONS]
        parts += [(f"d:{each}", all_of(device=each)) for each in DEVICES]
        self.model.names = set()
        for name, selection in parts:
            with suppress(UnknownError):
                self.vault.plan(selection)
                self.model.names.add(name)


CHECKS = settings(deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))


def test_any_story() -> None:
    """What is acknowledged and not forgotten opens; nothing forgotten does, after any crash."""
    short = settings(CHECKS, max_examples=6, stateful_step_count=20)
    run_state_machine_as_test(House, settings=short)


@pytest.mark.long
def test_any_longer_story() -> None:
    """The same, until whatever is rare has had its chance."""
    longer = settings(CHECKS, max_examples=300, stateful_step_count=40)
    run_state_machine_as_test(House, settings=longer)


@pytest.mark.long
def test_any_story_on_postgresql(postgres: PostgresServer) -> None:
    """The same again, on the other database."""

    class PostgresHouse(House):
        new_database = staticmethod(postgres.fresh)

    longer = settings(CHECKS, max_examples=80, stateful_step_count=30)
    run_state_machine_as_test(PostgresHouse, settings=longer)
