"""Transparency logs: RFC 6962 trees in C2SP tiles, under signed and cosigned checkpoints.

Pure: bytes in, values out. A whole life in memory:

    >>> from bailee.tlog import Edge, Signer, hash_leaf, parse_vkey, sign_note
    >>> from bailee.tlog import Checkpoint, open_checkpoint, prove_inclusion, verify_entry
    >>> edge, tiles = Edge().extend([hash_leaf(b"one"), hash_leaf(b"two")])
    >>> stored = {(tile.level, tile.index, tile.width): data for tile, data in tiles.items()}
    >>> signer = Signer.from_seed("log.example/home", bytes(32))
    >>> head = Checkpoint(origin="log.example/home", size=edge.size, root=edge.root())
    >>> note = sign_note(head.text, signer)

and, for someone who holds only the vkey, the entry, the proof and the note:

    >>> proof = prove_inclusion(1, 2, lambda *at: stored[at])
    >>> seen = open_checkpoint(note, [parse_vkey(signer.verifier.vkey)], "log.example/home")
    >>> verify_entry(b"two", proof, seen)
"""

from bailee.tlog.bundle import (
    MAX_ENTRY_SIZE,
    EntryTooLargeError,
    append_entries,
    encode_bundle,
    parse_bundle,
)
from bailee.tlog.checkpoint import (
    Checkpoint,
    CheckpointError,
    open_checkpoint,
    parse_checkpoint,
)
from bailee.tlog.cosignature import (
    Cosignature,
    Cosigner,
    Witness,
    cosign,
    cosignatures,
    parse_witness,
)
from bailee.tlog.edge import Edge, ReadTile
from bailee.tlog.evidence import verify_entry, verify_growth
from bailee.tlog.key import (
    KeyTextError,
    NoteSigner,
    NoteVerifier,
    SignatureError,
    Signer,
    Verifier,
    parse_vkey,
)
from bailee.tlog.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    MAX_TREE_SIZE,
    hash_children,
    hash_leaf,
    root_of,
)
from bailee.tlog.note import (
    Note,
    NoteError,
    NoteSignature,
    add_signature,
    open_note,
    parse_note,
    sign_note,
    verified_signatures,
)
from bailee.tlog.proof import (
    ConsistencyProof,
    ConsistencyProofError,
    InclusionProof,
    InclusionProofError,
    verify_consistency,
    verify_inclusion,
)
from bailee.tlog.tile import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    TileError,
    parse_hashes,
    parse_path,
    tiles_between,
    tiles_of,
    width_at,
)
from bailee.tlog.tree import append, prove_consistency, prove_inclusion, root

__all__ = [
    "EMPTY_ROOT",
    "ENTRIES",
    "HASH_SIZE",
    "MAX_ENTRY_SIZE",
    "MAX_TREE_SIZE",
    "TILE_WIDTH",
    "Checkpoint",
    "CheckpointError",
    "ConsistencyProof",
    "ConsistencyProofError",
    "Cosignature",
    "Cosigner",
    "Edge",
    "EntryTooLargeError",
    "InclusionProof",
    "InclusionProofError",
    "KeyTextError",
    "Note",
    "NoteError",
    "NoteSignature",
    "NoteSigner",
    "NoteVerifier",
    "ReadTile",
    "SignatureError",
    "Signer",
    "Tile",
    "TileError",
    "Verifier",
    "Witness",
    "add_signature",
    "append",
    "append_entries",
    "cosign",
    "cosignatures",
    "encode_bundle",
    "hash_children",
    "hash_leaf",
    "open_checkpoint",
    "open_note",
    "parse_bundle",
    "parse_checkpoint",
    "parse_hashes",
    "parse_note",
    "parse_path",
    "parse_vkey",
    "parse_witness",
    "prove_consistency",
    "prove_inclusion",
    "root",
    "root_of",
    "sign_note",
    "tiles_between",
    "tiles_of",
    "verified_signatures",
    "verify_consistency",
    "verify_entry",
    "verify_growth",
    "verify_inclusion",
    "width_at",
]
