"""Sealing against published vectors, and against the format worked out by hand."""

import hmac
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bailee.seal import (
    KekContext,
    derive_kek,
    new_key,
    open_small,
    seal_small,
    seal_stream,
    sealed_size,
    unwrap,
    wrap,
)
from bailee.seal.wrap import UnwrapError
from bailee.types.ids import ArtefactId
from bailee.types.kind import Kind

CONTEXT = KekContext(
    artefact_id=ArtefactId("art_aaaaaaaaaaaaaaaa"), kind=Kind.TRANSCRIPT, day=20_717
)


def test_rfc_3394_256_bits_under_256_bits() -> None:
    """RFC 3394 §4.6, both ways."""
    kek = bytes(range(32))
    key = bytes.fromhex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")
    wrapped = bytes.fromhex(
        "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21"
    )
    assert wrap(kek, key) == wrapped
    assert unwrap(kek, wrapped) == key


def test_a_wrapped_key_with_any_bit_flipped_is_refused() -> None:
    """All 320 of them; so is one cut short, one too long, and one under another key."""
    kek, key = new_key(), new_key()
    wrapped = wrap(kek, key)
    for place in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(UnwrapError):
            unwrap(kek, bytes(changed))
    for bad in (wrapped[:-8], wrapped[:-1], wrapped + bytes(8), b""):
        with pytest.raises(UnwrapError):
            unwrap(kek, bad)
    with pytest.raises(UnwrapError):
        unwrap(new_key(), wrapped)


def naive_hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869, as its section 2 writes it."""
    prk = hmac.digest(salt, secret, "sha256")
    block, output, number = b"", b"", 1
    while len(output) < length:
        block = hmac.digest(prk, block + info + bytes([number]), "sha256")
        output, number = output + block, number + 1
    return output[:length]


def test_the_naive_hkdf_is_that_of_rfc_5869() -> None:
    """RFC 5869 A.1, so that what is compared with it below is compared with the standard."""
    found = naive_hkdf(
        b"\x0b" * 22, bytes(range(13)), bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"), length=42
    )
    assert found.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


def test_a_kek_is_hkdf_over_its_leaves_in_order() -> None:
    """The secret is every leaf, the info says what the key is for and how many went in."""
    sources, own, day, outer = [b"1" * 32, b"2" * 32], b"o" * 32, b"d" * 32, [b"h" * 32]
    info = b"bailee/kek/v1|art_aaaaaaaaaaaaaaaa|transcript|20717|2|1"
    salt = sha256(b"bailee/kek/v1/salt").digest()
    expected = naive_hkdf(b"".join((*sources, own, day, *outer)), salt, info, 32)
    assert derive_kek(sources, own, day, CONTEXT, outer_keys=outer) == expected


def test_every_part_of_a_kek_counts() -> None:
    """Other sources, another order, another own leaf, day, artefact, kind or outer key: another KEK."""
    one, two, own, day = (bytes([each]) * 32 for each in range(4))
    other_artefact = KekContext(
        artefact_id=ArtefactId("art_bbbbbbbbbbbbbbbb"), kind=CONTEXT.kind, day=CONTEXT.day
    )
    other_kind = KekContext(artefact_id=CONTEXT.artefact_id, kind=Kind.AUDIO, day=CONTEXT.day)
    other_day = KekContext(artefact_id=CONTEXT.artefact_id, kind=CONTEXT.kind, day=20_718)
    keks = [
        derive_kek([one, two], own, day, CONTEXT),
        derive_kek([two, one], own, day, CONTEXT),
        derive_kek([one], two, own, CONTEXT, outer_keys=[day]),
        derive_kek([one, two], day, own, CONTEXT),
        derive_kek([one], own, day, CONTEXT),
        derive_kek([one, two], own, day, CONTEXT, outer_keys=[one]),
        derive_kek([one, two], own, day, other_artefact),
        derive_kek([one, two], own, day, other_kind),
        derive_kek([one, two], own, day, other_day),
    ]
    assert len(set(keks)) == len(keks)


def test_sealed_bytes_lie_as_the_format_says() -> None:
    """Each chunk of 64 KiB is AES-256-GCM under its number, the last one marked as the last."""
    dek = bytes(range(32))
    plain = bytes(65_536) + b"\x01" * 65_536 + b"the rest"
    sealed = b"".join(seal_stream(dek, [plain]))
    by_hand = b"".join(
        AESGCM(dek).encrypt(number.to_bytes(11, "big") + bytes([number == 2]), chunk, None)
        for number, chunk in enumerate((plain[:65_536], plain[65_536:131_072], plain[131_072:]))
    )
    assert sealed == by_hand
    assert len(sealed) == sealed_size(len(plain)) == len(plain) + 3 * 16


def test_a_full_last_chunk_has_no_empty_one_behind_it() -> None:
    """64 KiB exactly is one chunk, and it is the last."""
    dek = bytes(range(32))
    plain = b"\x07" * 65_536
    assert b"".join(seal_stream(dek, [plain])) == AESGCM(dek).encrypt(
        bytes(11) + b"\x01", plain, None
    )


def test_nothing_is_sealed_as_one_empty_chunk() -> None:
    """An end is marked even where there is nothing, so an empty content cannot be made of another."""
    dek = bytes(range(32))
    assert b"".join(seal_stream(dek, [])) == AESGCM(dek).encrypt(bytes(11) + b"\x01", b"", None)


def test_a_description_has_a_nonce_no_chunk_reaches() -> None:
    """Eleven bytes of ones and a twelfth: a chunk's twelfth byte is 0 or 1."""
    dek = bytes(range(32))
    sealed = seal_small(dek, b"{}")
    assert sealed == AESGCM(dek).encrypt(b"\xff" * 12, b"{}", None)
    assert open_small(dek, sealed) == b"{}"
