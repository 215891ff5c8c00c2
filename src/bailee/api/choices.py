"""What a caller picks, as the contract has it."""

from typing import Annotated

from pydantic import Field

from bailee.api.bodies import Body, DeviceRef, Moment, PersonRef, RecordingRef
from bailee.types.choice import Choice
from bailee.types.ids import DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind

MOST_RECORDINGS = 1000


class Chosen(Body):
    """A part of the household: recordings by id, or whose, on what, of which kind, from when to when.

    Nothing at all means nothing: the whole household is meant only by `everything`.
    """

    recordings: Annotated[list[RecordingRef], Field(max_length=MOST_RECORDINGS)] = Field(
        default_factory=list
    )
    person: PersonRef | None = None
    device: DeviceRef | None = None
    kind: Kind | None = None
    from_: Moment | None = Field(default=None, alias="from")
    to: Moment | None = Field(default=None, description="The last moment, itself included.")
    everything: bool = False

    def choice(self) -> Choice:
        """As the household takes it."""
        return Choice(
            recordings=tuple(RecordingId(each) for each in self.recordings),
            person_id=None if self.person is None else PersonId(self.person),
            device_id=None if self.device is None else DeviceId(self.device),
            kind=self.kind,
            from_ms=self.from_,
            to_ms=self.to,
            everything=self.everything,
        )
