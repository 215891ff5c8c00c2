"""Which container a file is, by its first bytes.

A closed list, and each form goes to one demuxer by name. What is not on it is never handed to a
media library; so no playlist, edit list, subtitle or image pattern, each of which is a way to
make a library open something else, is ever taken for media.
"""

from enum import StrEnum

from bailee.intake.source import ReadSeek
from bailee.intake.tiff import MAGIC as TIFF_MAGIC

HEAD_BYTES = 4096


class Form(StrEnum):
    """A container's common name, as people read it in a message."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    TIFF = "TIFF"
    HEIF = "HEIF"
    AVIF = "AVIF"
    GIF = "GIF"
    MP4 = "MP4"
    QUICKTIME = "QuickTime"
    THREE_GP = "3GP"
    MATROSKA = "Matroska"
    WEBM = "WebM"
    AVI = "AVI"
    FLV = "FLV"
    ASF = "ASF"
    MPEG_PS = "MPEG program stream"
    MPEG_TS = "MPEG transport stream"
    OGG = "Ogg"
    WAV = "WAV"
    WAVE64 = "Wave64"
    FLAC = "FLAC"
    MP3 = "MP3"
    AAC = "AAC"
    AIFF = "AIFF"
    CAF = "CAF"
    AU = "AU"
    AMR = "AMR"


_MAGIC = (
    (0, b"\xff\xd8\xff", Form.JPEG),
    (0, b"\x89PNG\r\n\x1a\n", Form.PNG),
    (0, TIFF_MAGIC[0], Form.TIFF),
    (0, TIFF_MAGIC[1], Form.TIFF),
    (0, b"GIF87a", Form.GIF),
    (0, b"GIF89a", Form.GIF),
    (8, b"WEBPVP8", Form.WEBP),
    (8, b"WAVEfmt ", Form.WAV),
    (8, b"WAVE", Form.WAV),
    (8, b"AVI LIST", Form.AVI),
    (0, b"riff\x2e\x91\xcf\x11", Form.WAVE64),
    (0, b"OggS\0", Form.OGG),
    (0, b"fLaC", Form.FLAC),
    (8, b"AIFF", Form.AIFF),
    (8, b"AIFC", Form.AIFF),
    (0, b"caff\0\1", Form.CAF),
    (0, b".snd\0", Form.AU),
    (0, b"#!AMR", Form.AMR),
    (0, b"FLV\1", Form.FLV),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Form.ASF),
    (0, b"\0\0\1\xba", Form.MPEG_PS),
)
_RIFF = {Form.WEBP, Form.WAV, Form.AVI}
_BRANDS = {
    b"qt  ": Form.QUICKTIME,
    b"heic": Form.HEIF,
    b"heix": Form.HEIF,
    b"heim": Form.HEIF,
    b"heis": Form.HEIF,
    b"mif1": Form.HEIF,
    b"avif": Form.AVIF,
}
_BOXES = {b"moov", b"mdat", b"moof", b"free", b"skip", b"wide", b"pnot", b"styp", b"sidx"}
"""What an ISO or QuickTime file without `ftyp` begins with (ISO/IEC 14496-12 §4.3)."""
_PACKET_BYTES = 188


def recognise(reader: ReadSeek) -> Form | None:
    """The form of the file under *reader*; None for whatever is not on the list."""
    reader.seek(0)
    head = reader.read(HEAD_BYTES)
    return (
        _by_magic(head)
        or _iso(head)
        or _matroska(head)
        or _transport_stream(head)
        or _sound_frames(reader, head)
    )


def _by_magic(head: bytes) -> Form | None:
    for at, magic, form in _MAGIC:
        if head.startswith(magic, at) and (form not in _RIFF or _is_riff(head)):
            return form
    return None


def _is_riff(head: bytes) -> bool:
    return head[:4] in {b"RIFF", b"RF64", b"BW64"}


def _iso(head: bytes) -> Form | None:
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return Form.THREE_GP if brand[:2] == b"3g" else _BRANDS.get(brand, Form.MP4)
    return Form.QUICKTIME if head[4:8] in _BOXES else None


def _matroska(head: bytes) -> Form | None:
    if not head.startswith(b"\x1aE\xdf\xa3"):
        return None
    return Form.WEBM if b"webm" in head[:64] else Form.MATROSKA


def _transport_stream(head: bytes) -> Form | None:
    """Three packets in a row: of 188 bytes, or of 192 as camcorders write them."""
    for first, step in ((0, _PACKET_BYTES), (4, _PACKET_BYTES + 4)):
        if all(head[at : at + 1] == b"\x47" for at in (first, first + step, first + 2 * step)):
            return Form.MPEG_TS
    return None


def _sound_frames(reader: ReadSeek, head: bytes) -> Form | None:
    """MP3 and AAC have no magic: after an ID3v2 tag, if any, two frames that fit together."""
    at = 0
    if tagged := head.startswith(b"ID3") and len(head) > 10:
        # ID3v2.4 §3.1: four bytes of seven bits, header not counted.
        at = 10 + sum(
            (byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True)
        )
        reader.seek(at)
        head = reader.read(HEAD_BYTES)
    if tagged and head.startswith(b"fLaC"):
        return Form.FLAC
    for form, frame_bytes in ((Form.AAC, _adts_bytes), (Form.MP3, _mpeg_bytes)):
        first = frame_bytes(head)
        if first and (frame_bytes(head[first:]) or len(head) <= first):
            return form
    return Form.MP3 if tagged else None


def _adts_bytes(head: bytes) -> int:
    """The length of the ADTS frame that *head* begins with, or 0 (ISO/IEC 13818-7 §6.2)."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return 0
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return size if size > 7 else 0


def _mpeg_bytes(head: bytes) -> int:
    """The length of the layer III frame that *head* begins with, or 0 (ISO/IEC 11172-3 §2.4.1)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2 or head[1] & 0x18 == 0x08:
        return 0
    version, rate, step = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if rate in {0, 15} or step == 3:
        return 0
    first = version == 3
    kbits = (_KBITS_1 if first else _KBITS_2)[rate]
    hertz = (44_100, 48_000, 32_000)[step] >> {3: 0, 2: 1, 0: 2}[version]
    return (144_000 if first else 72_000) * kbits // hertz + (head[2] >> 1 & 1)


_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
