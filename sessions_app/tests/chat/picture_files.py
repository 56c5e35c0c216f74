"""Pictures as a camera, an attacker or a strange program would write them."""

import struct
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def saved(picture: Image.Image, kind: str, **more: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def png(
    size: tuple[int, int],
    *,
    colour: int = 2,
    depth: int = 8,
    rows: Iterable[bytes] | None = None,
    beside: bytes = b"",
    interlaced: bool = False,
) -> bytes:
    """A PNG, by default all zeros: a few kilobytes for any number of pixels. `beside` are more chunks."""
    width, height = size
    if rows is None:
        passes = PASSES if interlaced else [(0, 0, 1, 1)]
        rows = (row for each in passes for row in _zeros(width, height, CHANNELS[colour] * depth, *each))
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(b"\0" + row) for row in rows) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    palette = chunk(b"PLTE", bytes(range(256)) * 3) if colour == 3 else b""
    chunks = (chunk(b"IHDR", head), palette, beside, chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return PNG + b"".join(chunks)


def _zeros(width: int, height: int, bits: int, left: int, top: int, right: int, down: int) -> Iterable[bytes]:
    row = b"\0" * ((-(-(width - left) // right) * bits + 7) // 8)
    return (row for _ in range(top, height, down))


def scene(width: int, height: int) -> Image.Image:
    """Something like a photograph: large soft shapes and the noise of a sensor."""
    shapes = Image.effect_noise((width // 8, height // 8), 60).resize((width, height))
    noisy = Image.blend(shapes, Image.effect_noise((width, height), 12), 0.3)
    return Image.merge("RGB", [noisy, noisy.transpose(Image.Transpose.ROTATE_180), noisy])


def phone_jpeg() -> bytes:
    """What a phone of twelve megapixels takes, about three megabytes."""
    return saved(scene(4032, 3024), "JPEG", quality=85)


def gif(*, before: bytes = b"", frames: int = 1) -> bytes:
    """A small GIF with these blocks before its first frame."""
    pictures = [Image.new("P", (10, 10), number) for number in range(frames)]
    content = saved(pictures[0], "GIF", save_all=True, append_images=pictures[1:])
    head = 13 + (3 << ((content[10] & 7) + 1) if content[10] & 0x80 else 0)
    return content[:head] + before + content[head:]


def jpeg(*, before: bytes = b"", **more: Any) -> bytes:
    """A small JPEG with these segments at its beginning."""
    content = saved(Image.new("RGB", (10, 10), (200, 80, 20)), "JPEG", **more)
    return content[:2] + before + content[2:]


def with_scans(content: bytes, count: int) -> bytes:
    """A progressive JPEG whose last scan is there so many times more."""
    at = content.rindex(b"\xff\xda")
    return content[:-2] + content[at:-2] * count + content[-2:]
