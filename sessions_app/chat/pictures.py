"""Redraws a picture as pixels alone, after a check, within a budget of memory and time.

Measured in a process of its own (test_picture_memory.py): at most some 320 MB, and at most six times the
time of a phone's photo, whatever the file holds.
"""

import zlib
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import Any

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from marketplace.core import rules
from sessions_app.chat.picture_parts import Parts, first_frame
from sessions_app.errors import FileBroken, FileTypeRefused, PictureTooLarge
from sessions_app.models.messages import FileType

LONGEST_SIDE = 4096  # sharp on any screen; larger pictures are made smaller
READ_AS = ("PNG", "JPEG", "WEBP", "GIF")
SCANS_MAX = 20  # of one JPEG; ten are usual, and each goes over all pixels again
# How each kind is written: as small as fits into the time; the last tenth would take as long as the rest.
SAVED: dict[FileType, dict[str, Any]] = {
    FileType.PNG: {"format": "PNG", "compress_level": 2, "compress_type": zlib.Z_RLE},
    FileType.JPEG: {"format": "JPEG", "quality": 88},
    FileType.WEBP: {"format": "WEBP", "quality": 80, "method": 0},
}
Image.MAX_IMAGE_PIXELS = None  # the limits below are lower, and their errors name the number


@dataclass(frozen=True)
class Redrawn:
    """A picture as it is kept; `moving` if the sender's had more frames than this one."""

    type: FileType
    content: bytes
    width: int
    height: int
    moving: bool


def redraw(*, name: str, content: bytes) -> Redrawn:
    """The first frame, upright, at most LONGEST_SIDE pixels wide and high.

    Raises FileTypeRefused if it is no picture, PictureTooLarge if it has more pixels than its kind may have,
    FileBroken if it cannot be read.
    """
    parts = first_frame(content)
    file = _opened(name, parts.content)
    _refuse_too_large(name, file, parts)
    kind = _written_as(file)
    moving = parts.moving or getattr(file, "n_frames", 1) > 1
    out = BytesIO()
    try:
        picture = _plain(file)
        del file  # the decoder of a WebP has three copies of its own
        picture.save(out, **SAVED[kind])
    except Exception:
        # Damaged files fail in many ways: OSError, SyntaxError, struct.error, EOFError.
        raise FileBroken(name=name) from None
    return Redrawn(kind, out.getvalue(), picture.width, picture.height, moving)


def most_pixels(picture: Image.Image, *, in_turns: bool = False) -> int:
    """How many pixels a picture of this format and mode may have, for decoding to fit into the memory."""
    if picture.format == "JPEG":  # decoded smaller; in turns it is kept whole beside that
        return rules.FILE_MAX_PIXELS_IN_TURNS if in_turns else rules.FILE_MAX_PIXELS
    if picture.format == "WEBP" and picture.mode == "RGBA":
        # Its decoder keeps four copies, and to write it with its transparency is slow.
        return rules.FILE_MAX_PIXELS_WHOLE // 4
    return rules.FILE_MAX_PIXELS_WHOLE


def _written_as(picture: Image.Image) -> FileType:
    """What lost nothing stays so. A WebP without transparency becomes a JPEG: to write one takes too long."""
    if picture.format == "WEBP":
        return FileType.WEBP if picture.mode == "RGBA" else FileType.JPEG
    return FileType.JPEG if picture.format == "JPEG" else FileType.PNG


def _opened(name: str, content: bytes) -> ImageFile.ImageFile:
    """The picture with its size, mode and depth; no pixel is decoded yet."""
    try:
        return Image.open(BytesIO(content), formats=READ_AS)
    except UnidentifiedImageError:
        raise FileTypeRefused(name=name) from None
    except Exception:
        raise FileBroken(name=name) from None


def _refuse_too_large(name: str, picture: Image.Image, parts: Parts) -> None:
    pixels, limit = picture.width * picture.height, most_pixels(picture, in_turns=parts.in_turns)
    if pixels > limit:
        raise PictureTooLarge(name=name, megapixels=ceil(pixels / 1_000_000), limit=limit // 1_000_000)
    if parts.scans > SCANS_MAX:
        raise FileBroken(name=name)


def _plain(file: ImageFile.ImageFile) -> Image.Image:
    """Upright pixels alone: place, camera, profile and words that were in the file are gone."""
    if file.format == "JPEG":
        _draft(file)
    deep = any("16B" in str(tile.args) for tile in file.tile)
    file.load()
    picture = _in_eight_bits(file, deep=deep)
    if max(picture.size) > LONGEST_SIDE:
        picture = _with_colours(picture)  # between two numbers of a palette lies no colour
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.HAMMING)
    _turn_upright(picture)
    if file.format == "WEBP":
        picture = picture.copy()  # so that the file can go
    if picture.mode == "CMYK":
        picture = picture.convert("RGB")
    see_through = picture.info.get("transparency")  # a number of the palette, or a colour
    picture.info = {} if see_through is None else {"transparency": see_through}
    return picture


def _draft(picture: Image.Image) -> None:
    """Have a JPEG decoded at a half, a quarter or an eighth, so that it takes no more than one kept whole."""
    pixels = picture.width * picture.height
    # Four colours take longer to make smaller and to turn into three.
    most = rules.FILE_MAX_PIXELS_WHOLE if picture.mode == "CMYK" else rules.FILE_MAX_PIXELS_IN_TURNS
    scale = next((by for by in (1, 2, 4) if pixels <= by * by * most), 8)
    picture.draft(None, (max(1, picture.width // scale), max(1, picture.height // scale)))


def _in_eight_bits(picture: Image.Image, *, deep: bool) -> Image.Image:
    see_through = picture.info.get("transparency")
    if deep and see_through is not None:
        values = see_through if isinstance(see_through, tuple) else (see_through,)
        eight = tuple(value >> 8 for value in values)
        picture.info["transparency"] = eight if len(eight) > 1 else eight[0]
    # Of grey, Pillow would cut what is above 255; of colours it drops the lower half.
    return picture.point(lambda value: value * (1 / 256), "L") if picture.mode == "I;16" else picture


def _with_colours(picture: Image.Image) -> Image.Image:
    if picture.mode not in ("1", "P") and "transparency" not in picture.info:
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _turn_upright(picture: Image.Image) -> None:
    # What a camera wrote beside the pixels may be broken in many ways; the pixels are still shown.
    with suppress(Exception):
        ImageOps.exif_transpose(picture, in_place=True)
