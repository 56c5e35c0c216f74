"""Recognises pictures and PDF files by their content; pictures are redrawn (`pictures.py`)."""

import hashlib
import re
import threading
import unicodedata
from dataclasses import dataclass

from marketplace.core import rules
from sessions_app.chat.picture_parts import is_picture
from sessions_app.chat.pictures import redraw
from sessions_app.errors import FileBroken, FileTooBig, MessageEmpty
from sessions_app.models.messages import FileType

NAME_LENGTH = 120
ONE_AT_A_TIME = threading.Lock()  # there is memory for one picture, see pictures.py
PDF_BEGINS, PDF_BEGINS_WITHIN, PDF_ENDS = b"%PDF-", 1024, b"%%EOF"  # as readers look for them


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept: its name, its type, and the bytes that are stored.

    `first_frame`: the sender's picture moved, and this is its first frame.
    """

    name: str
    type: FileType
    content: bytes
    digest: str
    width: int | None = None
    height: int | None = None
    first_frame: bool = False


def check_file(*, name: str, content: bytes) -> CheckedFile:
    """Check the content of the file; its name and the claimed type are ignored.

    Raises MessageEmpty, FileTooBig, FileTypeRefused, PictureTooLarge or FileBroken.
    """
    called = shown_name(name)
    if not content:
        raise MessageEmpty
    if len(content) > rules.FILE_MAX_BYTES:
        raise FileTooBig(name=called, limit=rules.FILE_MAX_BYTES // 1_000_000)
    digest = digest_of(content)
    begins = -1 if is_picture(content) else content.find(PDF_BEGINS, 0, PDF_BEGINS_WITHIN)
    if begins >= 0:
        if PDF_ENDS not in content[begins:]:
            raise FileBroken(name=called)
        return CheckedFile(ending(called, "pdf"), FileType.PDF, content, digest)
    with ONE_AT_A_TIME:
        made = redraw(name=called, content=content)
    size = {"width": made.width, "height": made.height}
    name = ending(called, made.type.label)
    return CheckedFile(name, made.type, made.content, digest, **size, first_frame=made.moving)


def digest_of(content: bytes) -> str:
    """The hash of the file as it was sent, to recognise a repeat."""
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
