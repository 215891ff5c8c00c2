"""The key of an artefact: what must be alive for it to open (design §1, R-26)."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bailee.types.ids import ArtefactId
from bailee.types.kind import Kind

_VERSION = b"bailee/kek/v1"
_SALT = sha256(b"bailee/kek/v1/salt").digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class KekContext:
    """What a KEK is for; it binds the wrapped DEK to its artefact, kind and day of expiry."""

    artefact_id: ArtefactId
    kind: Kind
    day: int


def derive_kek(
    recording_leaves: Sequence[bytes],
    own_leaf: bytes,
    day_leaf: bytes,
    context: KekContext,
    *,
    outer_keys: Sequence[bytes] = (),
) -> bytes:
    """The KEK of an artefact; 32 bytes (HKDF-SHA256, RFC 5869).

    Every input is 32 bytes, so their concatenation has one reading once their numbers are known;
    `info` carries the numbers. Without any one of them the KEK cannot be derived: that is what
    makes one puncture reach every artefact below it.

    Args:
        recording_leaves: The leaf of each recording it comes from, in order; none for a label.
        own_leaf: Its leaf in its kind's tree.
        day_leaf: The leaf of `context.day` in the tree of days.
        context: Bound by `info`.
        outer_keys: The household's own keys, in end-to-end mode.
    """
    info = b"|".join(
        (
            _VERSION,
            context.artefact_id.encode(),
            context.kind.encode(),
            str(context.day).encode(),
            str(len(recording_leaves)).encode(),
            str(len(outer_keys)).encode(),
        )
    )
    secret = b"".join((*recording_leaves, own_leaf, day_leaf, *outer_keys))
    assert len(secret) == 32 * (len(recording_leaves) + 2 + len(outer_keys))
    return HKDF(algorithm=SHA256(), length=32, salt=_SALT, info=info).derive(secret)
