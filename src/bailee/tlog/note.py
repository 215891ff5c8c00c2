"""Signed notes: text that keys have signed, as C2SP signed-note writes it (c2sp.org/signed-note)."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from bailee.errors import EvidenceError
from bailee.tlog.key import (
    KEY_ID_SIZE,
    NoteSigner,
    NoteVerifier,
    SignatureError,
    decode_base64,
    is_name,
)

MAX_SIGNATURES = 100
"""More lines than this make a note malformed; the specification asks for 16 at least."""

MAX_NOTE_SIZE = 1_000_000
"""Bytes."""

_DASH = "\N{EM DASH} "


class NoteError(EvidenceError):
    """Bytes are not a signed note."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            f"That is not a signed note: {evidence}.",
            hint="It was damaged or cut short: fetch it again, byte for byte.",
        )


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One line under a note: a claim until a key has verified it.

    Attributes:
        name: Of the key.
        key_id: KEY_ID_SIZE bytes.
        signature: What the key made, one byte at least.
    """

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart; nothing in it is verified.

    Attributes:
        text: Ends in a newline.
        signatures: In order; one at least.
    """

    text: str
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> bytes:
        return (self.text + "\n" + "".join(each.line for each in self.signatures)).encode()


def sign_note(text: str, *signers: NoteSigner) -> bytes:
    """Sign *text*, which ends in a newline and holds no other control character.

    Raises:
        NoteError: The text may not be a note's.
    """
    _require_text(text)
    return Note(text, tuple(_sign(text, signer) for signer in signers)).encode()


def add_signature(note: bytes, signer: NoteSigner) -> bytes:
    """*note* with one more line under it. Verify the note first: this vouches for its text.

    Raises:
        NoteError: It is malformed, or has MAX_SIGNATURES already.
    """
    parsed = parse_note(note)
    if len(parsed.signatures) >= MAX_SIGNATURES:
        raise NoteError("there is no room for another signature")
    return Note(parsed.text, (*parsed.signatures, _sign(parsed.text, signer))).encode()


def open_note(data: bytes, verifiers: Iterable[NoteVerifier]) -> str:
    """The text of a note that at least one of *verifiers* signed.

    Lines by unknown keys are ignored; a bad line by a known key condemns the note.

    Raises:
        NoteError: It is malformed.
        SignatureError: No known key signed it, or one did and the signature is wrong.
    """
    note = parse_note(data)
    if not verified_signatures(note, verifiers):
        raise SignatureError("no known key signed it")
    return note.text


def verified_signatures(note: Note, verifiers: Iterable[NoteVerifier]) -> tuple[NoteSignature, ...]:
    """The lines of *note* that belong to *verifiers*, each verified.

    Raises:
        SignatureError: A known key's signature is wrong.
    """
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    text = note.text.encode()
    verified: list[NoteSignature] = []
    for each in note.signatures:
        verifier = known.get((each.name, each.key_id))
        if verifier is not None:
            verifier.verify(text, each.signature)
            verified.append(each)
    return tuple(verified)


def parse_note(data: bytes) -> Note:
    """Take untrusted bytes apart, verifying nothing.

    Raises:
        NoteError: They are not a signed note.
    """
    if len(data) > MAX_NOTE_SIZE:
        raise NoteError(f"it is longer than {MAX_NOTE_SIZE} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise NoteError("it is not UTF-8") from None
    text, gap, below = whole.rpartition("\n\n")
    if not gap:
        raise NoteError("no empty line parts the text from signatures")
    text += "\n"
    _require_text(text)
    return Note(text, _parse_signatures(below))


def _require_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteError("the text does not end in a newline")
    if any(c < " " and c != "\n" for c in text):
        raise NoteError("it holds a control character")


def _parse_signatures(below: str) -> tuple[NoteSignature, ...]:
    lines = below.split("\n")
    if lines.pop() != "" or not lines:
        raise NoteError("it does not end in a whole signature line")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"it has more than {MAX_SIGNATURES} signatures")
    return tuple(_parse_signature(line) for line in lines)


def _parse_signature(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    blob = decode_base64(encoded)
    if not line.startswith(_DASH) or not is_name(name) or blob is None or len(blob) <= KEY_ID_SIZE:
        raise NoteError("a signature line is malformed")
    return NoteSignature(name, blob[:KEY_ID_SIZE], blob[KEY_ID_SIZE:])


def _sign(text: str, signer: NoteSigner) -> NoteSignature:
    return NoteSignature(signer.name, signer.key_id, signer.sign(text.encode()))
