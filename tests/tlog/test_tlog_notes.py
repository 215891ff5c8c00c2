"""Signed notes, checkpoints and cosignatures: published examples, and faults by name."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bailee.tlog import (
    EMPTY_ROOT,
    Checkpoint,
    CheckpointError,
    Cosignature,
    Cosigner,
    KeyTextError,
    NoteError,
    SignatureError,
    Signer,
    Verifier,
    add_signature,
    cosign,
    cosignatures,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    parse_witness,
    sign_note,
)

# The example of golang.org/x/mod/sumdb/note, its documentation and its tests.
PETER_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
ENOCH_VKEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpR"
    "Zb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox3"
    "3WWd1RvMc+QQ=\n"
)
# The example of c2sp.org/signed-note, “Verifier keys”.
FOO_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONnc"
    "AlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# A checkpoint as it stood in public: of the log arche2025h1.staging.ct.transparency.dev, at
# 1,432,088,532 leaves, with the cosignature of the witness remora.n621.de.
ARCHE = "arche2025h1.staging.ct.transparency.dev"
ARCHE_VKEY = f"{ARCHE}+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
REMORA_VKEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
ARCHE_NOTE = f"""{ARCHE}
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— {ARCHE} zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— {ARCHE} ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
""".encode()

PETER = parse_vkey(PETER_VKEY)
ENOCH = parse_vkey(ENOCH_VKEY)
SIGNER = Signer.from_seed("log.example/home", bytes(32))
ROOT = bytes(range(32))


def test_go_example_signs_alike() -> None:
    """The published key signs the published text into the published note, byte for byte."""
    signer = Signer.from_seed("PeterNeumann", PETER_SEED)
    assert signer.verifier.vkey == PETER_VKEY
    assert sign_note(TEXT, signer) == f"{TEXT}\n{PETER_LINE}".encode()


def test_published_notes_open() -> None:
    """The published notes open with the published keys, and with either of two."""
    assert open_note(FOO_NOTE.encode(), [parse_vkey(FOO_VKEY)]) == "This is an example message.\n"
    both = f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}".encode()
    for verifiers in ([PETER], [ENOCH], [PETER, ENOCH]):
        assert open_note(both, verifiers) == TEXT
    assert open_note(f"{TEXT}\n{PETER_LINE}{PETER_LINE}".encode(), [PETER]) == TEXT


def test_a_key_of_the_same_name_is_another_key() -> None:
    """A line by an unknown key is ignored, even under a known name."""
    impostor = Verifier("PeterNeumann", ENOCH.public_key)
    with pytest.raises(SignatureError, match="no known key"):
        open_note(f"{TEXT}\n{PETER_LINE}".encode(), [impostor])


def test_one_bad_line_by_a_known_key_condemns_the_note() -> None:
    """A good signature does not make up for a wrong one by another known key."""
    wrong = ENOCH_LINE.replace("5n2tiO", "5n2tiP")
    note = f"{TEXT}\n{PETER_LINE}{wrong}".encode()
    assert open_note(note, [PETER]) == TEXT
    with pytest.raises(SignatureError, match="by EnochRoot"):
        open_note(note, [PETER, ENOCH])


UNSIGNED = {
    "no verifiers": (f"{TEXT}\n{PETER_LINE}", []),
    "text changed": (f"{TEXT.replace('answer', 'Answer')}\n{PETER_LINE}", [PETER]),
    "signature changed": (f"{TEXT}\n{PETER_LINE.replace('UgYN1F', 'UgYN1G')}", [PETER]),
    "signature too long": (f"{TEXT}\n{PETER_LINE[:60]}ABCD{PETER_LINE[60:]}", [PETER]),
    "signature too short": (f"{TEXT}\n— PeterNeumann x08go/ZJkuBS\n", [PETER]),
    "good line after a bad one": (
        f"{TEXT}\n{PETER_LINE.replace('UgYN1F', 'UgYN1G')}{PETER_LINE}",
        [PETER],
    ),
}


@pytest.mark.parametrize("fault", UNSIGNED)
def test_unsigned_notes_are_refused(fault: str) -> None:
    """A note that no known key signed, exactly as it is, does not open."""
    note, verifiers = UNSIGNED[fault]
    with pytest.raises(SignatureError):
        open_note(note.encode(), verifiers)


MALFORMED = {
    "nothing": b"",
    "text only": TEXT.encode(),
    "no signatures": f"{TEXT}\n".encode(),
    "no empty line": f"{TEXT}{PETER_LINE}".encode(),
    "no final newline": f"{TEXT}\n{PETER_LINE[:-1]}".encode(),
    "no text": f"\n{PETER_LINE}".encode(),
    "control character in the text": f"\x01{TEXT}\n{PETER_LINE}".encode(),
    "carriage returns": f"{TEXT}\n{PETER_LINE}".replace("\n", "\r\n").encode(),
    "tab in a signature line": f"{TEXT}\n{PETER_LINE}".replace("PeterN", "Peter\tN").encode(),
    "not UTF-8": b"\xff" + f"{TEXT}\n{PETER_LINE}".encode(),
    "surrogate": b"\xed\xa0\x80" + f"{TEXT}\n{PETER_LINE}".encode(),
    "space in a name": f"{TEXT}\n{PETER_LINE.replace('PeterN', 'Peter N')}".encode(),
    "wide space in a name": f"{TEXT}\n{PETER_LINE.replace('PeterN', 'Peter　N')}".encode(),
    "plus in a name": f"{TEXT}\n{PETER_LINE.replace('PeterN', 'Peter+N')}".encode(),
    "no name": f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', '')}".encode(),
    "hyphen for a dash": f"{TEXT}\n{PETER_LINE.replace('—', '-')}".encode(),
    "line that is no signature": f"{TEXT}\n{PETER_LINE}Unexpected line.\n".encode(),
    "signature not base64": f"{TEXT}\n{PETER_LINE.replace('x08', 'x*8')}".encode(),
    "signature not padded": f"{TEXT}\n{PETER_LINE.replace('=', '')}".encode(),
    "base64 not canonical": f"{TEXT}\n{PETER_LINE.replace('nAM=', 'nAN=')}".encode(),
    "key id and no more": f"{TEXT}\n— PeterNeumann x08gow==\n".encode(),
    "too many signatures": f"{TEXT}\n{PETER_LINE * 101}".encode(),
    "too long": f"{TEXT * 20_000}\n{PETER_LINE}".encode(),
}


@pytest.mark.parametrize("fault", MALFORMED)
def test_malformed_notes_are_refused(fault: str) -> None:
    """What is not a signed note is called malformed, whoever is known."""
    with pytest.raises(NoteError):
        open_note(MALFORMED[fault], [PETER])


def test_a_hundred_signatures_are_accepted() -> None:
    """The limit is above the sixteen that the specification asks for."""
    note = f"{TEXT}\n{PETER_LINE * 100}".encode()
    assert open_note(note, [PETER]) == TEXT
    with pytest.raises(NoteError, match="no room"):
        add_signature(note, SIGNER)


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "null\0\n"])
def test_bad_text_is_not_signed(text: str) -> None:
    """Nothing is signed that no one could open."""
    with pytest.raises(NoteError):
        sign_note(text, SIGNER)


LINES = st.text(st.characters(codec="utf-8", min_codepoint=32))


@given(st.lists(LINES, min_size=1).map(lambda lines: "\n".join([*lines, ""])))
def test_every_text_survives_signing(text: str) -> None:
    """Whatever may be signed opens as it was: empty lines, dashes and odd separators too."""
    note = sign_note(text, SIGNER)
    assert open_note(note, [SIGNER.verifier]) == text
    assert parse_note(note).encode() == note


@pytest.mark.parametrize(
    "name", ["", "two words", "a+b", "a\u2003b", "a\nb", "a\x00b", "a\u0085b", "a\u00a0b"]
)
def test_bad_names_name_no_key(name: str) -> None:
    """A name that a signature line could not carry is refused at once."""
    with pytest.raises(KeyTextError):
        Signer.from_seed(name, bytes(32))


def test_every_mangled_vkey_is_refused() -> None:
    """No part of a vkey, and no vkey with one character changed, is a vkey."""
    for begin in range(len(PETER_VKEY)):
        for end in range(begin + 1, len(PETER_VKEY) + 1):
            if (begin, end) != (0, len(PETER_VKEY)):
                with pytest.raises(KeyTextError):
                    parse_vkey(PETER_VKEY[begin:end])
    for at, c in enumerate(PETER_VKEY):
        with pytest.raises(KeyTextError):
            parse_vkey(PETER_VKEY[:at] + chr(ord(c) + 1) + PETER_VKEY[at + 1 :])


@pytest.mark.parametrize(
    "vkey",
    [
        # of golang.org/x/mod/sumdb/note: the key ids fit, the keys do not
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        REMORA_VKEY,
    ],
)
def test_keys_of_other_types_are_refused(vkey: str) -> None:
    """A key of another length or type is no log's key."""
    with pytest.raises(KeyTextError):
        parse_vkey(vkey)


def test_vkeys_with_a_plus_in_their_base64() -> None:
    """The plus of base64 is not taken for the one between the parts."""
    signers = (Signer.from_seed("log.example/home", bytes([n]) * 32) for n in range(200))
    vkey = next(s.verifier.vkey for s in signers if s.verifier.vkey.count("+") > 2)
    assert parse_vkey(vkey).vkey == vkey


def test_a_public_checkpoint_opens() -> None:
    """A checkpoint and cosignature that others made verify here."""
    seen = open_checkpoint(ARCHE_NOTE, [parse_vkey(ARCHE_VKEY)], ARCHE)
    assert (seen.origin, seen.size, seen.extensions) == (ARCHE, 1_432_088_532, ())
    assert cosignatures(ARCHE_NOTE, [parse_witness(REMORA_VKEY)]) == (
        Cosignature(witness="remora.n621.de", timestamp_s=0x6A122120),
    )


@pytest.mark.parametrize("extensions", [(), ("one",), ("one", "two words", "3")])
def test_checkpoints_come_back(extensions: tuple[str, ...]) -> None:
    """A checkpoint is read as it was written, extension lines too."""
    checkpoint = Checkpoint(origin="log.example/home", size=7, root=ROOT, extensions=extensions)
    assert parse_checkpoint(checkpoint.text) == checkpoint
    assert (
        open_checkpoint(sign_note(checkpoint.text, SIGNER), [SIGNER.verifier], "log.example/home")
        == checkpoint
    )


ROOT_LINE = base64.b64encode(ROOT).decode()
BAD_CHECKPOINTS = {
    "nothing": "",
    "two lines": f"o\n{ROOT_LINE}\n",
    "no final newline": f"o\n7\n{ROOT_LINE}",
    "empty origin": f"\n7\n{ROOT_LINE}\n",
    "empty extension": f"o\n7\n{ROOT_LINE}\n\n",
    "empty line between extensions": f"o\n7\n{ROOT_LINE}\na\n\nb\n",
    "leading zero": f"o\n07\n{ROOT_LINE}\n",
    "many zeroes": f"o\n00\n{ROOT_LINE}\n",
    "signed size": f"o\n+7\n{ROOT_LINE}\n",
    "negative size": f"o\n-7\n{ROOT_LINE}\n",
    "size with underscore": f"o\n1_0\n{ROOT_LINE}\n",
    "size in other digits": f"o\n٧\n{ROOT_LINE}\n",
    "size with a space": f"o\n7 \n{ROOT_LINE}\n",
    "hexadecimal size": f"o\n0x7\n{ROOT_LINE}\n",
    "no size": f"o\n\n{ROOT_LINE}\n",
    "size out of range": f"o\n9223372036854775808\n{ROOT_LINE}\n",
    "size of many digits": f"o\n{'9' * 5000}\n{ROOT_LINE}\n",
    "root too short": f"o\n7\n{base64.b64encode(ROOT[1:]).decode()}\n",
    "root too long": f"o\n7\n{base64.b64encode(ROOT + ROOT).decode()}\n",
    "root not padded": f"o\n7\n{ROOT_LINE.rstrip('=')}\n",
    "root not canonical": f"o\n7\n{ROOT_LINE[:-2]}9=\n",
    "root in URL alphabet": f"o\n7\n{base64.urlsafe_b64encode(bytes([255]) * 32).decode()}\n",
    "root in hexadecimal": f"o\n7\n{ROOT.hex()}\n",
    "empty log, other root": f"o\n0\n{ROOT_LINE}\n",
}


@pytest.mark.parametrize("fault", BAD_CHECKPOINTS)
def test_bad_checkpoints_are_refused(fault: str) -> None:
    """A checkpoint written in any other way is no checkpoint."""
    with pytest.raises(CheckpointError):
        parse_checkpoint(BAD_CHECKPOINTS[fault])


def test_a_checkpoint_of_another_log_is_refused() -> None:
    """A key that signs for two logs does not let one pass for the other."""
    note = sign_note(Checkpoint(origin="other", size=0, root=EMPTY_ROOT).text, SIGNER)
    with pytest.raises(CheckpointError, match=r"of other, not of log\.example/home"):
        open_checkpoint(note, [SIGNER.verifier], "log.example/home")


KEY = Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)
COSIGNER = Cosigner("witness.example/w1", KEY, timestamp_s=1_679_315_147)
NOTE = sign_note(Checkpoint(origin="log.example/home", size=7, root=ROOT).text, SIGNER)


def test_cosigning() -> None:
    """A cosignature verifies by the witness's vkey, carries its time, and disturbs no one else."""
    cosigned = cosign(NOTE, COSIGNER)
    witness = parse_witness(COSIGNER.witness.vkey)
    assert witness == COSIGNER.witness
    assert cosignatures(cosigned, [witness]) == (
        Cosignature(witness="witness.example/w1", timestamp_s=1_679_315_147),
    )
    assert open_note(cosigned, [SIGNER.verifier]) == parse_note(NOTE).text
    assert cosignatures(NOTE, [witness]) == ()


def test_what_a_cosignature_signs() -> None:
    """The signed message is the specification's, header and time before the whole text."""
    text = parse_note(NOTE).text.encode()
    signature = COSIGNER.sign(text)
    assert signature[:8] == (1_679_315_147).to_bytes(8, "big")
    KEY.public_key().verify(signature[8:], b"cosignature/v1\ntime 1679315147\n" + text)


def altered(at: int) -> bytes:
    blob = bytearray(COSIGNER.key_id + COSIGNER.sign(parse_note(NOTE).text.encode()))
    blob[at] ^= 0x80
    return f"— {COSIGNER.name} {base64.b64encode(blob).decode()}\n".encode()


def short_line(size_bytes: int) -> bytes:
    blob = COSIGNER.key_id + bytes(size_bytes)
    return f"— {COSIGNER.name} {base64.b64encode(blob).decode()}\n".encode()


@pytest.mark.parametrize(
    ("fault", "note"),
    {
        "time changed": NOTE + altered(9),
        "time out of range": NOTE + altered(4),
        "signature changed": NOTE + altered(20),
        "no time": NOTE + short_line(7),
        "time and no signature": NOTE + short_line(8),
        "text changed": cosign(NOTE, COSIGNER).replace(b"\n7\n", b"\n8\n"),
        "extension added": cosign(NOTE, COSIGNER).replace(b"\n\n", b"\nmore\n\n"),
    }.items(),
)
def test_false_cosignatures_are_refused(fault: str, note: bytes) -> None:
    """A known witness's line that does not verify condemns the note."""
    with pytest.raises(SignatureError, match=r"witness\.example/w1"):
        cosignatures(note, [COSIGNER.witness])


def test_a_log_signature_is_no_cosignature() -> None:
    """One key used both ways keeps the two apart: neither passes for the other."""
    both = Cosigner(
        "log.example/home", Ed25519PrivateKey.from_private_bytes(bytes(32)), timestamp_s=1
    )
    assert both.key_id != SIGNER.key_id
    assert cosignatures(NOTE, [both.witness]) == ()
    only = sign_note(parse_note(NOTE).text, both)
    with pytest.raises(SignatureError, match="no known key"):
        open_note(only, [SIGNER.verifier])


def test_only_checkpoints_are_cosigned() -> None:
    """A witness does not vouch for a text that is no checkpoint."""
    with pytest.raises(CheckpointError):
        cosign(f"{TEXT}\n{PETER_LINE}".encode(), COSIGNER)
