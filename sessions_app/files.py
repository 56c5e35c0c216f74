"""Whether a file is a picture or a PDF, told from its content; pictures are made anew, as pixels alone."""

import hashlib
import re
import threading
import unicodedata
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from marketplace import rules
from sessions_app.errors import FileBroken, FileTooBig, FileTypeRefused, MessageEmpty, PictureTooLarge
from sessions_app.models.messages import FileType

NAME_LENGTH = 120
LONGEST_SIDE = 4096  # sharp on any screen; larger pictures are made smaller
READ_AS = ("PNG", "JPEG", "WEBP", "GIF")
# Phones put a second picture into their JPEG, which is then called MPO. All others become PNG.
WRITTEN_AS = {"JPEG": FileType.JPEG, "MPO": FileType.JPEG, "WEBP": FileType.WEBP}
TYPE_OF = {FileType.PNG: "PNG", FileType.JPEG: "JPEG", FileType.WEBP: "WEBP"}
ONE_AT_A_TIME = threading.Lock()  # a picture at the limit takes some hundred megabytes while it is read
PDF_BEGINS, PDF_ENDS, PDF_END_WITHIN = b"%PDF-", b"%%EOF", 2048


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept: what it is called, what it is, and the bytes that are stored."""

    name: str
    type: FileType
    content: bytes
    digest: str
    width: int | None = None
    height: int | None = None


def check_file(*, name: str, content: bytes) -> CheckedFile:
    """Look into the file; its name and the type that the sender claims decide nothing.

    Raises MessageEmpty, FileTooBig, FileTypeRefused, PictureTooLarge or FileBroken.
    """
    called = shown_name(name)
    if not content:
        raise MessageEmpty
    if len(content) > rules.FILE_MAX_BYTES:
        raise FileTooBig(name=called, limit=rules.FILE_MAX_BYTES // 1_000_000)
    digest = digest_of(content)
    if content.startswith(PDF_BEGINS):
        if PDF_ENDS not in content[-PDF_END_WITHIN:]:
            raise FileBroken(name=called)
        return CheckedFile(ending(called, "pdf"), FileType.PDF, content, digest)
    with ONE_AT_A_TIME:
        return _picture(called, content, digest)


def digest_of(content: bytes) -> str:
    """Tells whether a file is the same one again, as it was sent."""
    return hashlib.sha256(content).hexdigest()


def shown_name(name: str) -> str:
    """The last part of the path without control characters, not longer than fits."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(each for each in last if unicodedata.category(each)[0] != "C").strip(" .")
    stem, dot, end = kept.rpartition(".")
    if len(kept) > NAME_LENGTH - 5 and dot:
        kept = f"{stem[: NAME_LENGTH - 12]}.{end[:6]}"
    return kept[: NAME_LENGTH - 5] or "file"


def ending(name: str, kind: str) -> str:
    """The name with the ending of what it is: `page.html` that is a PDF becomes `page.html.pdf`."""
    endings = {"jpg": (".jpg", ".jpeg")}.get(kind, (f".{kind}",))
    return name if name.lower().endswith(endings) else f"{name}.{kind}"


def _picture(name: str, content: bytes, digest: str) -> CheckedFile:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            picture = Image.open(BytesIO(content), formats=READ_AS)
    except UnidentifiedImageError:
        raise FileTypeRefused(name=name) from None
    except Image.DecompressionBombError:
        raise PictureTooLarge(name=name) from None
    except Exception:
        raise FileBroken(name=name) from None
    if picture.width * picture.height > rules.FILE_MAX_PIXELS:
        raise PictureTooLarge(name=name)
    kind = WRITTEN_AS.get(picture.format or "", FileType.PNG)
    try:
        plain = _plain(picture)
        out = BytesIO()
        plain.save(out, TYPE_OF[kind], **({} if kind is FileType.PNG else {"quality": 88}))
    except Exception:
        # Damaged files fail in many ways: OSError, SyntaxError, struct.error, EOFError.
        raise FileBroken(name=name) from None
    return CheckedFile(ending(name, kind.label), kind, out.getvalue(), digest, plain.width, plain.height)


def _plain(picture: Image.Image) -> Image.Image:
    """The first frame, upright, as pixels alone: place, camera and whatever else was in the file are gone."""
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    if picture.format in ("JPEG", "MPO"):
        mode = "RGB"
    pixels = upright.convert(mode)
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    pixels.info = {}
    return pixels
