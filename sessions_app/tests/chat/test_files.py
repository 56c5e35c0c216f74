"""Files of the chat: told by their content, made anew, kept apart, fetched by the two and by nobody else."""

import uuid
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from marketplace.core import rules
from marketplace.core.time import now
from sessions_app.calls import attendance
from sessions_app.chat import files
from sessions_app.chat.files import check_file, shown_name
from sessions_app.chat.pictures import redraw
from sessions_app.chat.services import give, say
from sessions_app.errors import (
    ConsultationError,
    FileBroken,
    FileTooBig,
    FileTypeRefused,
    MessageEmpty,
    NoRoomForFiles,
    PictureTooLarge,
)
from sessions_app.models import Attachment, Consultation, FileType, Message
from sessions_app.tests.stage import accepted

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def drawn(kind: str = "PNG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (200, 80, 20)).save(out, kind, **more)
    return out.getvalue()


def located() -> bytes:
    """A photo that says where it was taken, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of somebody"
    exif.get_ifd(0x8825)[1] = "N"
    return drawn("JPEG", exif=exif)


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 30 000 pixels wide and high."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    side = (30_000).to_bytes(4)
    head = chunk(b"IHDR", side + side + b"\x08\x02\x00\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")


class TestContentDecides:
    @pytest.mark.parametrize(
        ("kind", "type", "ending"),
        [
            ("PNG", FileType.PNG, "png"),
            ("JPEG", FileType.JPEG, "jpg"),
            ("WEBP", FileType.JPEG, "jpg"),
            ("GIF", FileType.PNG, "png"),
        ],
    )
    def test_picture_is_known_whatever_it_is_called(self, kind: str, type: FileType, ending: str) -> None:
        checked = check_file(name="page.html", content=drawn(kind))
        assert (checked.type, checked.name) == (type, f"page.html.{ending}")
        assert (checked.width, checked.height) == (40, 30)
        assert Image.open(BytesIO(checked.content)).size == (40, 30)

    def test_photo_of_a_phone_with_a_second_picture_inside_stays_a_jpeg(self) -> None:
        out, photo = BytesIO(), Image.effect_noise((1200, 900), 40).convert("RGB")
        photo.save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (60, 45))])
        checked = check_file(name="IMG_1.jpg", content=out.getvalue())
        assert (checked.type, checked.name) == (FileType.JPEG, "IMG_1.jpg")
        assert (checked.width, checked.height) == (1200, 900)
        assert len(checked.content) < 2 * len(out.getvalue())

    def test_pdf_is_kept_as_it_is(self) -> None:
        checked = check_file(name="Contract.PDF", content=PDF)
        assert (checked.type, checked.name, checked.content) == (FileType.PDF, "Contract.PDF", PDF)

    @pytest.mark.parametrize(
        "content", [b"\n" + PDF, PDF + b"\0" * 4096, b"\xef\xbb\xbf" + PDF + b" " * 9000]
    )
    def test_pdf_that_readers_open_is_taken(self, content: bytes) -> None:
        checked = check_file(name="a.pdf", content=content)
        assert (checked.type, checked.content) == (FileType.PDF, content)

    def test_pdf_without_its_end_is_damaged(self) -> None:
        with pytest.raises(FileBroken):
            check_file(name="a.pdf", content=b"%%EOF %PDF-1.7\n1 0 obj<<>>endobj")

    def test_picture_that_says_it_is_a_pdf_too_is_a_picture(self) -> None:
        content = drawn("GIF", comment=b"%PDF-1.7 %%EOF")
        checked = check_file(name="a.pdf", content=content)
        assert checked.type is FileType.PNG and b"%PDF" not in checked.content

    @pytest.mark.parametrize(
        "content",
        [
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<!doctype html><script>alert(1)</script>",
            b"GIF89a<script>alert(1)</script>"[6:],
            b"PK\x03\x04 a zip file",
            b"MZ a program",
            b"II*\x00 a tiff",
            b" " * 1020 + PDF,
            b"plain words",
        ],
    )
    def test_anything_else_is_refused_also_when_it_is_called_a_picture(self, content: bytes) -> None:
        with pytest.raises(FileTypeRefused, match=r"neither a picture .* nor a PDF"):
            check_file(name="holiday.png", content=content)

    @pytest.mark.parametrize("content", [drawn()[:60], drawn("JPEG")[:200], PDF[:20]])
    def test_damaged_file_is_told(self, content: bytes) -> None:
        with pytest.raises((FileBroken, FileTypeRefused)):
            check_file(name="holiday.png", content=content)

    def test_empty_file_is_nothing(self) -> None:
        with pytest.raises(MessageEmpty):
            check_file(name="a.png", content=b"")

    def test_file_that_is_too_big_is_told_the_limit(self) -> None:
        with pytest.raises(FileTooBig, match="larger than 5 MB"):
            check_file(name="a.pdf", content=PDF + b" " * rules.FILE_MAX_BYTES)

    def test_picture_that_would_unfold_to_gigabytes_is_not_unfolded(self) -> None:
        with pytest.raises(PictureTooLarge):
            check_file(name="a.png", content=bomb())

    def test_two_pictures_are_never_decoded_at_the_same_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        alone: list[bool] = []
        monkeypatch.setattr(
            files, "redraw", lambda **file: alone.append(files.ONE_AT_A_TIME.locked()) or redraw(**file)
        )
        assert check_file(name="a.png", content=drawn()).width == 40
        assert alone == [True] and not files.ONE_AT_A_TIME.locked()

    def test_place_and_camera_are_gone_and_the_photo_stands_upright(self) -> None:
        checked = check_file(name="photo.jpg", content=located())
        assert (checked.width, checked.height) == (30, 40)
        assert not Image.open(BytesIO(checked.content)).getexif()
        assert b"Camera of somebody" not in checked.content

    def test_words_hidden_in_a_picture_are_gone(self) -> None:
        checked = check_file(name="a.png", content=drawn() + b"<script>alert(1)</script>")
        assert b"script" not in checked.content

    def test_transparency_stays(self) -> None:
        out = BytesIO()
        Image.new("RGBA", (4, 4), (1, 2, 3, 0)).save(out, "PNG")
        assert Image.open(BytesIO(check_file(name="a.png", content=out.getvalue()).content)).mode == "RGBA"

    def test_very_large_picture_is_made_smaller(self) -> None:
        checked = check_file(name="a.jpg", content=drawn("JPEG", (6000, 3000)))
        assert (checked.width, checked.height) == (4096, 2048)

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\a.png", "a.png"),
            ("a\x00\u202eb\n.png", "ab.png"),
            ("", "file"),
            ("...", "file"),
        ],
    )
    def test_name_is_only_a_name(self, name: str, shown: str) -> None:
        assert shown_name(name) == shown

    def test_long_name_keeps_its_ending(self) -> None:
        shown = shown_name("x" * 300 + ".jpeg")
        assert len(shown) <= 115 and shown.endswith(".jpeg")


@pytest.fixture
def disk(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def call(clara: User, conrad: User, fund: Callable[..., None], disk: Path) -> Consultation:
    fund(clara, 5000)
    return accepted(clara, conrad, at=now())


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def hand_over(call: Consultation, user: User, content: bytes = PDF, key: uuid.UUID | None = None) -> Message:
    checked = check_file(name="contract.pdf", content=content)
    return give(
        consultation_id=call.pk, user=user, client_id=key or uuid.uuid4(), text="page 4", file=checked
    )


@pytest.mark.django_db
class TestKeeping:
    def test_file_lies_under_a_random_name_for_the_site_alone(
        self, call: Consultation, clara: User, disk: Path
    ) -> None:
        hand_over(call, clara)
        (path,) = on_disk(disk)
        assert path.read_bytes() == PDF
        assert "contract" not in str(path) and len(path.stem) == 32
        assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0

    def test_sent_again_it_is_one_file(self, call: Consultation, clara: User, disk: Path) -> None:
        key = uuid.uuid4()
        assert hand_over(call, clara, key=key) == hand_over(call, clara, key=key)
        assert len(on_disk(disk)) == Attachment.objects.count() == 1

    def test_refused_file_leaves_nothing_on_the_disk(
        self, call: Consultation, clara: User, stella: User, disk: Path
    ) -> None:
        with pytest.raises(ConsultationError):
            hand_over(call, stella)
        attendance.end(consultation_id=call.pk, user=clara)
        with pytest.raises(ConsultationError):
            hand_over(call, clara)
        assert on_disk(disk) == []

    def test_consultation_holds_so_many_files(
        self, call: Consultation, clara: User, disk: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "FILES_PER_CONSULTATION", 2)
        for _ in range(2):
            hand_over(call, clara)
        with pytest.raises(NoRoomForFiles, match="limit of 2 files"):
            hand_over(call, clara)
        assert len(on_disk(disk)) == 2

    def test_consultation_holds_so_many_bytes(
        self, call: Consultation, clara: User, conrad: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "FILES_MAX_BYTES", 2 * len(PDF))
        hand_over(call, clara)
        hand_over(call, conrad)
        with pytest.raises(NoRoomForFiles):
            hand_over(call, clara)


@pytest.mark.django_db
class TestFetching:
    def test_both_fetch_a_picture_that_can_do_nothing(
        self, call: Consultation, clara: User, conrad: User, signed_in: Callable[[User], Client]
    ) -> None:
        hand_over(call, clara, drawn())
        url = Attachment.objects.get().get_absolute_url()
        for person in (clara, conrad):
            answer = signed_in(person).get(url)
            assert answer.status_code == 200 and answer["Content-Type"] == "image/png"
            assert answer["Content-Disposition"] == 'inline; filename="contract.pdf.png"'
            assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize("before", [b"", b"<script>alert(1)</script>\n"])
    def test_nothing_but_a_reader_opens_a_pdf(
        self, before: bytes, call: Consultation, clara: User, signed_in: Callable[[User], Client]
    ) -> None:
        hand_over(call, clara, before + PDF)
        answer = signed_in(clara).get(Attachment.objects.get().get_absolute_url())
        assert (answer["Content-Type"], answer.content) == ("application/pdf", before + PDF)
        assert answer["Content-Disposition"] == 'attachment; filename="contract.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "no-store" in answer["Cache-Control"]

    def test_nobody_else_fetches_it_not_even_staff(
        self, call: Consultation, clara: User, stella: User, ada: User, signed_in: Callable[[User], Client]
    ) -> None:
        hand_over(call, clara)
        url = Attachment.objects.get().get_absolute_url()
        assert signed_in(stella).get(url).status_code == 404
        assert signed_in(ada).get(url).status_code == 404
        assert Client().get(url).status_code == 302
        assert Client().get(f"/media/{Attachment.objects.get().stored.name}").status_code == 404

    def test_address_of_another_consultation_does_not_lead_to_it(
        self, call: Consultation, clara: User, signed_in: Callable[[User], Client]
    ) -> None:
        hand_over(call, clara)
        file = Attachment.objects.get()
        assert signed_in(clara).get(f"/consultations/{uuid.uuid4()}/files/{file.pk}/").status_code == 404

    def test_file_that_is_gone_from_the_disk_is_not_found(
        self, call: Consultation, clara: User, disk: Path, signed_in: Callable[[User], Client]
    ) -> None:
        hand_over(call, clara)
        on_disk(disk)[0].unlink()
        assert signed_in(clara).get(Attachment.objects.get().get_absolute_url()).status_code == 404


@pytest.mark.django_db
class TestUploading:
    def post(self, browser: Client, call: Consultation, json: bool = True, **fields: Any) -> Any:
        headers = {"Accept": "application/json"} if json else {}
        return browser.post(f"/consultations/{call.pk}/messages/", fields, headers=headers)

    def test_upload_answers_with_the_message_as_the_socket_would_send_it(
        self, call: Consultation, clara: User, signed_in: Callable[[User], Client]
    ) -> None:
        key = str(uuid.uuid4())
        file = SimpleUploadedFile("a.png", drawn(), "text/html")
        told = self.post(signed_in(clara), call, id=key, text="look", file=file).json()
        assert (told["t"], told["n"], told["id"], told["text"]) == ("text", 1, key, "look")
        assert told["file"]["type"] == "image/png" and told["file"]["width"] == 40
        assert signed_in(clara).get(told["file"]["url"]).status_code == 200

    def test_sender_and_reader_are_told_that_only_the_first_frame_was_sent(
        self, call: Consultation, clara: User, conrad: User, signed_in: Callable[[User], Client]
    ) -> None:
        moving = drawn("GIF", save_all=True, append_images=[Image.new("RGB", (40, 30))])
        for content, words in ((moving, "look"), (drawn(), "still")):
            file = SimpleUploadedFile("dance.gif", content)
            told = self.post(signed_in(clara), call, text=words, file=file).json()
            assert told["file"]["first_frame"] is (words == "look")
        page = f"/consultations/{call.pk}/messages/"
        for person in (clara, conrad):
            html = signed_in(person).get(page).content.decode()
            assert html.count("Only the first frame of this moving picture was sent.") == 1

    def test_refusals_come_with_code_and_words(
        self, call: Consultation, clara: User, stella: User, signed_in: Callable[[User], Client]
    ) -> None:
        svg = SimpleUploadedFile("a.png", b"<svg onload='alert(1)'/>", "image/png")
        refused = self.post(signed_in(clara), call, id=str(uuid.uuid4()), file=svg)
        assert (refused.status_code, refused.json()["code"]) == (415, "file_type_refused")
        assert "a.png" in refused.json()["message"]
        assert self.post(signed_in(stella), call, text="hi").status_code == 404
        assert self.post(signed_in(clara), call, text="").json()["code"] == "message_empty"
        assert self.post(signed_in(clara), call, id="x", text="hi").json()["code"] == "message_empty"

    def test_messages_are_read_from_a_number_on(
        self, call: Consultation, clara: User, conrad: User, signed_in: Callable[[User], Client]
    ) -> None:
        browser = signed_in(clara)
        for text in ("one", "two"):
            assert self.post(browser, call, text=text).status_code == 200
        url, json = f"/consultations/{call.pk}/messages/", {"Accept": "application/json"}
        told = signed_in(conrad).get(f"{url}?after=1", headers=json).json()["messages"]
        assert [each["text"] for each in told] == ["two"]
        for nonsense in ("-1", "x", "9" * 30, ""):
            told = browser.get(url, {"after": nonsense}, headers=json).json()["messages"]
            assert len(told) == 2

    def test_refused_upload_is_not_decoded(
        self,
        call: Consultation,
        clara: User,
        stella: User,
        signed_in: Callable[[User], Client],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        decoded: list[str] = []
        monkeypatch.setattr("sessions_app.chat.views.check_file", lambda **file: decoded.append(file["name"]))

        def refused(user: User) -> Any:
            answer = self.post(signed_in(user), call, file=SimpleUploadedFile("a.png", drawn()))
            return answer.status_code, answer.json()["code"]

        stranger = self.post(signed_in(stella), call, file=SimpleUploadedFile("a.png", drawn()))
        assert stranger.status_code == 404
        with monkeypatch.context() as less:
            less.setattr(rules, "MESSAGES_PER_10_SECONDS", 1)
            say(consultation_id=call.pk, user=clara, client_id=uuid.uuid4(), text="one")
            assert refused(clara) == (429, "messages_too_fast")
        with monkeypatch.context() as less:
            less.setattr(rules, "FILES_PER_CONSULTATION", 0)
            assert refused(clara)[1] == "no_room_for_files"
        attendance.end(consultation_id=call.pk, user=clara)
        assert refused(clara)[1] == "chat_closed"
        assert decoded == []

    def test_upload_sent_again_is_the_same_message_even_after_the_end_and_not_decoded_again(
        self,
        call: Consultation,
        clara: User,
        signed_in: Callable[[User], Client],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        browser, key = signed_in(clara), str(uuid.uuid4())

        def send(content: bytes) -> Any:
            return self.post(browser, call, id=key, file=SimpleUploadedFile("a.png", content)).json()

        kept = send(drawn())
        attendance.end(consultation_id=call.pk, user=clara)
        monkeypatch.delattr("sessions_app.chat.views.check_file")
        assert send(drawn()) == kept
        assert send(drawn(size=(8, 8)))["code"] == "message_id_taken"

    def test_messages_are_read_page_by_page(
        self,
        call: Consultation,
        clara: User,
        signed_in: Callable[[User], Client],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("sessions_app.chat.transcript.PAGE", 2)
        browser, url = signed_in(clara), f"/consultations/{call.pk}/messages/"
        for text in ("one", "two", "three"):
            self.post(browser, call, text=text)
        for after, numbers in ((0, [1, 2]), (2, [3])):
            told = browser.get(f"{url}?after={after}", headers={"Accept": "application/json"}).json()
            assert [each["n"] for each in told["messages"]] == numbers

    def test_plain_form_works_without_a_script(
        self, call: Consultation, clara: User, signed_in: Callable[[User], Client]
    ) -> None:
        browser = signed_in(clara)
        sent = self.post(browser, call, json=False, text="<script>alert(1)</script> `x`\n```\ny\n```")
        assert sent.status_code == 302
        page = browser.get(sent.url).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script>alert" not in page
        assert "<code>x</code>" in page and '<pre tabindex="0"><code>y</code></pre>' in page

    def test_plain_form_keeps_what_was_typed_when_it_is_refused(
        self, call: Consultation, clara: User, signed_in: Callable[[User], Client]
    ) -> None:
        file = SimpleUploadedFile("notes.txt", b"words", "image/png")
        page = self.post(signed_in(clara), call, json=False, text="My <words>", file=file)
        assert page.status_code == 415
        assert "My &lt;words&gt;" in page.content.decode() and "notes.txt" in page.content.decode()

    def test_page_of_an_ended_consultation_is_its_receipt(
        self, call: Consultation, clara: User, signed_in: Callable[[User], Client]
    ) -> None:
        attendance.end(consultation_id=call.pk, user=clara)
        browser = signed_in(clara)
        assert browser.get(f"/consultations/{call.pk}/messages/").url == call.get_absolute_url()
        assert self.post(browser, call, text="hi").json()["code"] == "chat_closed"
        assert self.post(browser, call, json=False, text="hi").status_code == 409
