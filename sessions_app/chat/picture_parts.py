"""What of a picture's file draws its first frame; all the rest is left out before anybody decodes it.

Comments, places, profiles and later frames are never kept, so nobody has to read them: a decoder that does
can be given minutes of work by a small file (a comment in a hundred thousand pieces).
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

PNG, JPEG, GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", (b"GIF87a", b"GIF89a")
PNG_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"eXIf"}  # one each, beside the pixels in IDAT
JPEG_MARKER = re.compile(rb"\xff+([^\x00\x01\xd0-\xd8\xff])")  # those that a length follows, and the end
START_OF_SCAN, END_OF_IMAGE, EXIF = 0xDA, 0xD9, 0xE1
BESIDE = {*range(0xE0, 0xF0), 0xFE}  # what applications and people add
COLOURS = {0xE0, 0xEE}  # of these the two that say what the numbers mean: JFIF and Adobe
FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}  # size and number of colours
PROGRESSIVE = {0xC2, 0xCA}
PIECES_MAX = 2000  # of a JPEG, and of a GIF until its second frame; a hundred is much
GIF_EXTENSION, GIF_CONTROL, GIF_FRAME, GIF_END = 0x21, 0xF9, 0x2C, 0x3B
GIF_BLOCK = re.compile(rb"[\x21\x2c\x3b]")


@dataclass(frozen=True)
class Parts:
    """The file with its first frame alone.

    `moving`: there were later ones. `scans`: how often a JPEG goes over its pixels; `in_turns`: it must be
    kept whole, as coefficients, because a scan does not bring all of a pixel.
    """

    content: bytes
    moving: bool = False
    scans: int = 1
    in_turns: bool = False


def is_picture(content: bytes) -> bool:
    """Whether the file begins as one of the pictures that are taken, whatever comes behind."""
    return content.startswith((PNG, JPEG, *GIF)) or content[8:12] == b"WEBP"


def first_frame(content: bytes) -> Parts:
    """Take a PNG, JPEG or GIF apart; anything else, WebP too, is answered as it is.

    A damaged file is not told here: what is missing is missing for the decoder.
    """
    if content.startswith(PNG):
        return _png(content)
    if content.startswith(JPEG):
        return _jpeg(content)
    return _gif(content) if content.startswith(GIF) else Parts(content)


def _png(content: bytes) -> Parts:
    at, moving = len(PNG), False
    kept: dict[bytes, bytes] = {}
    pixels: list[bytes] = []
    while kind := content[at + 4 : at + 8]:
        start, size = at + 8, int.from_bytes(content[at : at + 4])
        body = content[start : start + size]
        at = start + size + 4
        if kind == b"IDAT":
            pixels.append(body)
        elif kind in PNG_CHUNKS:
            kept.setdefault(kind, body)
        elif kind == b"acTL":
            moving = int.from_bytes(body[:4]) > 1
        elif kind == b"IEND":
            break
    chunks = [*kept.items(), (b"IDAT", b"".join(pixels)), (b"IEND", b"")]
    return Parts(PNG + b"".join(_png_chunk(*chunk) for chunk in chunks), moving)


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def _jpeg(content: bytes) -> Parts:
    kept, scans, colours, in_turns, end = [content[:2]], 0, b"", False, b""
    for kind, start, at in _jpeg_pieces(content):
        if kind == END_OF_IMAGE:
            end = b"\xff\xd9"
            break
        if kind in FRAMES:
            colours, in_turns = content[start + 7 : start + 8], kind in PROGRESSIVE
        if kind == START_OF_SCAN:
            scans += 1
            in_turns = in_turns or content[start + 2 : start + 3] != colours
        is_exif = kind == EXIF and content[start + 2 : start + 6] == b"Exif"
        if is_exif or kind in COLOURS or kind not in BESIDE:
            kept.append(content[start - 2 : at])
    return Parts(b"".join(kept) + end, scans=scans, in_turns=in_turns)


def _jpeg_pieces(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Each segment: its kind, where its length stands, where it ends; a scan with the pixels behind it."""
    at = 2
    for _ in range(PIECES_MAX):
        found = JPEG_MARKER.search(content, at)
        if found is None:
            return
        kind, start = found[1][0], found.end()
        at = start + max(2, int.from_bytes(content[start : start + 2]))
        if kind == START_OF_SCAN:
            after = JPEG_MARKER.search(content, at)
            at = after.start() if after else len(content)
        yield kind, start, at


def _gif(content: bytes) -> Parts:
    at = 13 + _gif_colours(content, 10)
    head, control, frame = content[:at], b"", b""
    for _ in range(PIECES_MAX):
        found = GIF_BLOCK.search(content, at)  # what lies between two blocks is passed over, as browsers do
        if found is None or (kind := found[0][0]) == GIF_END:
            break
        start = found.start()
        if kind == GIF_EXTENSION:
            at = _after_blocks(content, start + 2)
            if content[start + 1 : start + 2] == bytes([GIF_CONTROL]):
                control = content[start:at]
        elif frame:
            return Parts(head + frame + bytes([GIF_END]), moving=True)
        else:
            at = _after_blocks(content, start + 11 + _gif_colours(content, start + 9))
            frame = control + content[start:at]
    return Parts(head + frame + bytes([GIF_END]))


def _gif_colours(content: bytes, flags_at: int) -> int:
    """How many bytes the table of colours takes that these flags announce."""
    flags = content[flags_at] if flags_at < len(content) else 0
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(content: bytes, at: int) -> int:
    while at < len(content) and content[at]:
        at += 1 + content[at]
    return at + 1
