"""A household in which something was said yesterday and today, for the pages to forget."""

from api.house import House
from bailee.types.kind import Kind
from bailee.types.recording import Deposited
from bailee.types.role import Right, Role
from support.vaults import HOUR_MS, derived, listed, said

DAY_MS = 24 * HOUR_MS
ROOM, KITCHEN = "children's room", "kitchen"


class Talked:
    """Ana's house: Leo lives there, a speaker stands in the children's room, one in the kitchen."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.vault = house.service.vault
        self.leo = house.person("Leo", Role.MEMBER, Right.VIEW, Right.HEAR)
        self.ana = house.step_up(house.ana)
        self.room = house.device(ROOM)
        self.kitchen = house.device(KITCHEN)
        now_ms = house.clock.now_ms()
        self.yesterday = [self.say(now_ms - DAY_MS + n * HOUR_MS, ROOM) for n in range(3)]
        self.elsewhere = [self.say(now_ms - DAY_MS + n * HOUR_MS, KITCHEN) for n in range(2)]
        self.today = [self.say(now_ms - 2 * HOUR_MS, ROOM), self.say(now_ms - 60_000, KITCHEN)]

    def say(self, at_ms: int, device: str, person: str = "Leo") -> Deposited:
        """A recording with its transcript."""
        made = said(self.vault, at_ms, person=person, device=device)
        derived(self.vault, made.recording_id, kind=Kind.TRANSCRIPT)
        return made

    def held(self) -> int:
        """How many recordings there are."""
        return len(listed(self.vault))
