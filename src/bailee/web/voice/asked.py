"""The form that says how a device is listened to: read, and judged field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from bailee.errors import BaileeError
from bailee.household.endpoints import NewEndpoint
from bailee.types.endpoint import Endpoint, Way
from bailee.types.ids import PersonId
from bailee.web.form import Form
from bailee.web.visit import Visit

_FIRST_PORT = 10_300
"""Home Assistant's add-ons for speech begin here."""
_LOCAL = "tcp://127.0.0.1:{port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What stands in the form; each value untrusted.

    Attributes:
        wrong: What is wrong with a field, by its name.
    """

    way: str
    address: str
    language: str
    zone: str
    wrong: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, form: Form) -> Self:
        """As it was sent."""
        way = form.text("way")
        address = "" if way == Way.POST else form.text("address")
        return cls(way=way, address=address, language=form.text("language"), zone=form.text("zone"))

    @classmethod
    def of(cls, endpoint: Endpoint) -> Self:
        """As it stands."""
        return cls(
            way=endpoint.way,
            address=endpoint.address,
            language=endpoint.language,
            zone=endpoint.zone,
        )

    @classmethod
    def first(cls, visit: Visit, others: Iterable[Endpoint]) -> Self:
        """What is proposed for a device that does not listen: a port of its own, on this machine."""
        taken = {urlsplit(each.address).port for each in others if each.way is Way.LISTEN}
        port = next(each for each in range(_FIRST_PORT, 65_536) if each not in taken)
        return cls(
            way=Way.LISTEN,
            address=_LOCAL.format(port=port),
            language=visit.words.language,
            zone=visit.zone.key,
        )

    def judged(self, visit: Visit, languages: Iterable[str]) -> Self:
        """With what is wrong that needs no household to be seen."""
        wrong = {}
        if self.way not in set(Way):
            wrong["way"] = visit._("Say who calls whom.")
        if self.language not in languages:
            wrong["language"] = visit._("There are no phrases in that language.")
        if self.zone not in available_timezones():
            wrong["zone"] = visit._("That is no time zone.")
        return replace(self, wrong=wrong)

    def refused(self, visit: Visit, error: BaileeError) -> Self:
        """With what the household says against it; once judged, that is the address."""
        says = f"{visit._(error.message)} {visit._(error.hint) if error.hint else ''}".strip()
        return replace(self, wrong={"address": says})

    def new(self, person_id: PersonId | None) -> NewEndpoint:
        """As the household takes it. Requires that nothing is `wrong`."""
        return NewEndpoint(
            way=Way(self.way),
            address=self.address,
            language=self.language,
            zone=self.zone,
            person_id=person_id,
        )


def is_within(address: str) -> bool:
    """Whether nobody beyond this machine comes near it: loopback, or a socket in its file system."""
    parts = urlsplit(address)
    return parts.scheme == "unix" or parts.hostname in {"127.0.0.1", "::1", "localhost"}
