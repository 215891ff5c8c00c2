"""Any history, with a copy of everything stolen after each step."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

from bailee import Kind, Vault
from bailee.clock import FixedClock
from bailee.errors import BaileeError, GoneError, UnknownError
from conftest import MakeDatabase
from custody.old_copies.household import Household
from support.attacker import loot, rings_of, roots_of
from support.vaults import HOUR_MS, NOW_MS, all_of, assert_sound, opened

PEOPLE, DEVICES = ("Leo", "Ana", "Mia"), ("kitchen", "phone")
STEPS = 25


class History:
    """Draws a step at a time; what is refused is a step too."""

    def __init__(self, vault: Vault, clock: FixedClock, seed: int) -> None:
        self.house = Household(vault, clock)
        self.luck = random.Random(seed)
        self.verbs = [self.keep] * 4 + [self.derive] * 3 + [self.erase] * 4
        self.verbs += [self.retain, self.reassign, self.expire, self.hold, self.lift, self.rotate]

    @property
    def vault(self) -> Vault:
        return self.house.vault

    def step(self) -> None:
        with suppress(BaileeError):
            self.luck.choice(self.verbs)()
        if self.luck.random() < 0.5:
            self.house.steal()

    def keep(self) -> None:
        ago = (NOW_MS - self.house.clock.now_ms()) / HOUR_MS + self.luck.uniform(0.1, 9)
        name, size = f"kept {len(self.house.artefacts)}", self.luck.choice((50, 5000))
        self.house.keep(name, self.luck.choice(PEOPLE), self.luck.choice(DEVICES), ago, size)

    def derive(self) -> None:
        of = self.luck.sample(sorted(self.house.recordings), self.luck.choice((1, 2)))
        kind = self.luck.choice((Kind.TRANSCRIPT, Kind.FACT))
        self.house.derive(f"derived {len(self.house.artefacts)}", kind, *of)

    def _part(self) -> dict[str, object]:
        begin = self.house.clock.now_ms() - self.luck.randrange(9) * HOUR_MS
        parts: tuple[dict[str, object], ...] = (
            {"person": self.luck.choice(PEOPLE)},
            {"device": self.luck.choice(DEVICES), "from_ms": begin},
            {"kind": self.luck.choice((Kind.TRANSCRIPT, Kind.FACT, Kind.AUDIO))},
            {"from_ms": begin, "to_ms": begin + HOUR_MS},
        )
        return self.luck.choice(parts)

    def erase(self) -> None:
        some = self.luck.choice([*self.house.recordings.values()])
        part = self.luck.choice(({"recordings": (some,)}, self._part()))
        self.vault.erase(all_of(**part))

    def retain(self) -> None:
        self.vault.retain(all_of(**self._part()), self.luck.choice((2, 40, 200)))

    def reassign(self) -> None:
        some = self.luck.choice([*self.house.recordings.values()])
        self.vault.reassign("home", some, self.luck.choice(PEOPLE))

    def expire(self) -> None:
        self.house.clock.advance(days=self.luck.choice((1, 3, 31)))
        self.vault.expire()

    def hold(self) -> None:
        self.vault.hold(all_of(**self._part()))

    def lift(self) -> None:
        for each in self.vault.holds():
            if each.lifted_ms is None:
                self.vault.lift(each.id)

    def rotate(self) -> None:
        self.vault.rotate()


def opens(vault: Vault, artefact_id: str) -> bytes | None:
    try:
        return opened(vault, artefact_id)
    except (GoneError, UnknownError):
        return None


def no_copy_opens_more_than_the_vault(
    new_database: MakeDatabase, tmp_path: Path, seed: int
) -> None:
    clock = FixedClock(NOW_MS)
    with Vault.create(tmp_path / "vault", clock=clock, database=new_database()) as vault:
        history = History(vault, clock, seed)
        for _ in range(3):
            history.keep()
        for _ in range(STEPS):
            history.step()
        history.lift()
        vault.expire()
        vault.rotate()
        house = history.house
        house.steal()
        union = loot([*house.copies, *rings_of(vault, tmp_path / "roots")], roots_of(vault))
        for name, artefact_id in house.artefacts.items():
            content = opens(vault, artefact_id)
            assert content in {None, house.contents[name]}
            stolen = union.get(artefact_id)
            assert (None if stolen is None else stolen.content) == content, name
        assert_sound(vault)


@pytest.mark.parametrize("seed", range(3))
def test_no_copy_opens_more_than_the_vault(
    new_database: MakeDatabase, tmp_path: Path, seed: int
) -> None:
    """After the last rotation the union of all copies opens what the vault releases, no more."""
    no_copy_opens_more_than_the_vault(new_database, tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 200))
def test_no_copy_opens_more_than_the_vault_ever(
    new_database: MakeDatabase, tmp_path: Path, seed: int
) -> None:
    """A hundred histories on either database."""
    no_copy_opens_more_than_the_vault(new_database, tmp_path, seed)
