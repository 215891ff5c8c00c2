"""Uploads: recordings that come piece by piece, for as long as their network makes them take.

Custody keeps the pieces, decides at the beginning and at the end, and deposits the whole.
"""

from dataclasses import dataclass, replace

from bailee.custody.staging import Staging
from bailee.custody.tail import Checksum, Tail
from bailee.errors import InputError
from bailee.household.ground import Ground
from bailee.household.keeping import handing_in, own_device
from bailee.types.decide import Principal
from bailee.types.kind import Kind
from bailee.types.upload import Intended, Limits, Upload


@dataclass(frozen=True, slots=True)
class Uploads:
    """Begins, shows, goes on with and gives up."""

    ground: Ground
    staging: Staging

    @property
    def limits(self) -> Limits:
        """What the deployment lets them use."""
        return self.staging.limits

    def begin(
        self, principal: Principal, intended: Intended, size_bytes: int, *, metadata: str = ""
    ) -> Upload:
        """Begin one of *size_bytes*; one of no bytes is deposited at once.

        Args:
            principal: Who sends it; nobody else goes on with it. A device does so as itself.
            intended: What it is to become.
            size_bytes: How long it will be.
            metadata: What the sender's program said, in its own words, to be told again.

        Raises:
            DeniedError: A decision about one of its persons was no.
            InputError: It is a location, whose bytes are judged whole.
            UnknownError: No such household, person, device or source, or none they may know of.
            Whatever `Staging.create` raises.
        """
        if intended.kind is Kind.LOCATION:
            raise InputError("A location fits in one request.", hint="Deposit it as a recording.")
        derives = bool(intended.derived_from)
        device_id = own_device(principal, intended.device_id, derives=derives)
        persons = [each for each in (intended.person_id, *intended.also) if each is not None]
        account_id, sources = intended.account_id, intended.derived_from
        with handing_in(self.ground, principal, account_id, persons, sources):
            return self.staging.create(
                replace(intended, device_id=device_id),
                size_bytes,
                principal=principal,
                metadata=metadata,
            )

    def show(self, principal: Principal, upload_id: str) -> Upload:
        """How far it has come. Raises as `Staging.show`."""
        return self.staging.show(upload_id, principal=principal)

    def append(
        self,
        principal: Principal,
        upload_id: str,
        offset_bytes: int,
        *,
        checksum: Checksum | None = None,
    ) -> Tail:
        """Open it for the bytes from *offset_bytes* on. Raises as `Staging.append`."""
        return self.staging.append(upload_id, offset_bytes, principal=principal, checksum=checksum)

    def drop(self, principal: Principal, upload_id: str) -> None:
        """Give it up. Raises as `Staging.drop`."""
        self.staging.drop(upload_id, principal=principal)

    def sweep(self) -> int:
        """Drop what nothing came to for too long; see `Staging.sweep`."""
        return self.staging.sweep()
