"""Sealing: from leaves to a KEK, from a KEK to a DEK, from a DEK to bytes.

Pure: values in, values out; randomness comes from the operating system.
"""

from bailee.seal.chunks import CHUNK_SIZE, Opener, open_small, seal_small, seal_stream, sealed_size
from bailee.seal.kek import KekContext, derive_kek
from bailee.seal.wrap import KEY_SIZE, WRAPPED_SIZE, new_key, unwrap, wrap

__all__ = [
    "CHUNK_SIZE",
    "KEY_SIZE",
    "WRAPPED_SIZE",
    "KekContext",
    "Opener",
    "derive_kek",
    "new_key",
    "open_small",
    "seal_small",
    "seal_stream",
    "sealed_size",
    "unwrap",
    "wrap",
]
