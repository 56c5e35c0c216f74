"""Pictures are looked at before they are decoded; upright pixels in the right colours are kept."""

import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from marketplace.core import rules
from sessions_app.chat import pictures
from sessions_app.chat.files import CheckedFile, check_file
from sessions_app.chat.picture_parts import Parts, first_frame
from sessions_app.errors import FileBroken, FileTypeRefused, PictureTooLarge
from sessions_app.models import FileType
from sessions_app.tests.chat.picture_files import PNG, chunk, gif, jpeg, png, saved, with_scans

RED, GREEN, BLUE, CLEAR = (255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0, 0)
SECRET = b"Camera of somebody"


def read(checked: CheckedFile) -> Image.Image:
    picture = Image.open(BytesIO(checked.content))
    picture.load()
    return picture


def near(pixel: Any, wanted: tuple[int, ...]) -> bool:
    return all(abs(value - right) < 12 for value, right in zip(pixel, wanted, strict=True))


# --- too large ---------------------------------------------------------------------------------------


def blank(kind: str, mode: str = "RGB", **more: Any) -> Any:
    return lambda side: saved(Image.new(mode, (side, side)), kind, **more)


@pytest.mark.parametrize(
    ("rule", "draw", "share"),
    [
        ("FILE_MAX_PIXELS_WHOLE", lambda side: png((side, side), colour=0), 1),
        ("FILE_MAX_PIXELS_WHOLE", lambda side: png((side, side), colour=6, depth=16, interlaced=True), 1),
        ("FILE_MAX_PIXELS_WHOLE", blank("GIF", "P"), 1),
        ("FILE_MAX_PIXELS_WHOLE", blank("WEBP"), 1),
        ("FILE_MAX_PIXELS_WHOLE", blank("WEBP", "RGBA"), 4),
        ("FILE_MAX_PIXELS_IN_TURNS", blank("JPEG", progressive=True), 1),
        ("FILE_MAX_PIXELS", blank("JPEG"), 1),
        ("FILE_MAX_PIXELS", blank("JPEG", "CMYK"), 1),
    ],
    ids=["png", "deep png", "gif", "webp", "clear webp", "progressive", "jpeg", "cmyk"],
)
def test_picture_larger_than_its_kind_may_be_is_refused_by_name_and_number(
    rule: str, draw: Any, share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("FILE_MAX_PIXELS", "FILE_MAX_PIXELS_IN_TURNS", "FILE_MAX_PIXELS_WHOLE"):
        monkeypatch.setattr(rules, other, 100_000_000)
    monkeypatch.setattr(rules, rule, share * 1_000_000)
    assert check_file(name="plan.png", content=draw(1000)).width == 1000
    with pytest.raises(PictureTooLarge, match=r"“plan.png.*has 2 megapixels, .* this kind of picture is 1\."):
        check_file(name="plan.png", content=draw(1001))


def test_limits_are_what_the_memory_was_measured_with() -> None:
    sixteen, photo, progressive = 4096**2, 50_000_000, 25_000_000
    given = (rules.FILE_MAX_PIXELS_WHOLE, rules.FILE_MAX_PIXELS, rules.FILE_MAX_PIXELS_IN_TURNS)
    assert given == (sixteen, photo, progressive)


@pytest.mark.parametrize("side", [20_000, 60_000])
def test_number_of_a_picture_that_would_unfold_to_gigabytes_is_told(side: int) -> None:
    head = side.to_bytes(4) * 2 + b"\x08\x06\x00\x00\x00"
    content = PNG + chunk(b"IHDR", head) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
    with pytest.raises(
        PictureTooLarge, match=rf"has {side * side // 1_000_000} megapixels, .* picture is 16\."
    ):
        check_file(name="bomb.png", content=content)


def test_jpeg_that_brings_its_colours_one_by_one_is_kept_whole_and_counts_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "FILE_MAX_PIXELS_IN_TURNS", 50)
    content = jpeg()
    start = content.index(b"\xff\xda")
    one_colour = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    with pytest.raises(PictureTooLarge):
        check_file(name="a.jpg", content=content[:start] + one_colour + content[start + 14 :])
    assert check_file(name="a.jpg", content=content).type is FileType.JPEG


def test_jpeg_that_goes_over_its_pixels_again_and_again_is_refused() -> None:
    drawn = saved(Image.new("RGB", (16, 16), RED), "JPEG", progressive=True)
    assert check_file(name="a.jpg", content=with_scans(drawn, 10)).type is FileType.JPEG
    with pytest.raises(FileBroken):
        check_file(name="a.jpg", content=with_scans(drawn, 11))


def test_photo_of_fifty_megapixels_is_taken_smaller() -> None:
    checked = check_file(name="a.jpg", content=saved(Image.new("L", (8160, 6120), 90), "JPEG"))
    assert (checked.type, checked.width, checked.height) == (FileType.JPEG, 4080, 3060)


def test_photo_of_a_phone_keeps_every_pixel() -> None:
    checked = check_file(name="a.jpg", content=saved(Image.new("L", (4032, 3024)), "JPEG"))
    assert (checked.width, checked.height) == (4032, 3024)


# --- what is beside the pixels -----------------------------------------------------------------------


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def told(kind: str, mode: str) -> bytes:
    """A picture of that kind whose file says everything it can."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = 6, SECRET.decode(), SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    beside: dict[str, Any] = {"exif": exif, "icc_profile": profile()}
    if kind in ("JPEG", "GIF"):
        beside |= {"comment": SECRET}
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Author", SECRET.decode(), zip=True)
        words.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        beside |= {"pnginfo": words, "dpi": (72, 72)}
    if kind == "WEBP":
        beside |= {"xmp": SECRET}
    return saved(Image.new(mode, (40, 30)), kind, **beside)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGB"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("WEBP", "RGB"), ("WEBP", "RGBA"), ("GIF", "P")],
)
def test_comment_profile_place_and_camera_are_gone(kind: str, mode: str) -> None:
    content = told(kind, mode)
    assert SECRET in content or kind == "PNG"

    kept = check_file(name="a", content=content + SECRET)

    picture = read(kept)
    assert SECRET not in kept.content
    assert not picture.getexif()
    assert not {"icc_profile", "exif", "xmp", "comment", "dpi"} & set(picture.info)
    for trace in (
        b"Exif",
        b"eXIf",
        b"EXIF",
        b"iCCP",
        b"ICCP",
        b"ICC_PROFILE",
        b"tEXt",
        b"zTXt",
        b"iTXt",
        b"pHYs",
        b"XMP",
    ):
        assert trace not in kept.content


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_was_not_left_out_of_the_file_is_not_written_again(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "first_frame", Parts)
    kept = check_file(name="a", content=told(kind, "RGB"))
    assert SECRET not in kept.content and not {"icc_profile", "comment"} & set(read(kept).info)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_nothing_but_pixels_is_kept_of_any_mode(mode: str) -> None:
    drawn = saved(Image.new(mode, (9, 9)), "PNG", icc_profile=profile())
    checked = check_file(name="a", content=drawn)
    assert not read(checked).info
    assert read(checked).mode == mode


@pytest.mark.parametrize("number", [2, 3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_picture_stands_upright(kind: str, number: int) -> None:
    upright = Image.new("RGB", (64, 32), BLUE)
    upright.paste(RED, (0, 0, 32, 16))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[number]
    exif = Image.Exif()
    exif[0x0112] = number
    checked = check_file(name="a", content=saved(upright.transpose(Image.Transpose(back)), kind, exif=exif))
    picture = read(checked).convert("RGB")
    assert (checked.width, checked.height) == (64, 32)
    assert near(picture.getpixel((8, 8)), RED) and near(picture.getpixel((56, 24)), BLUE)


# --- what browsers show is taken ---------------------------------------------------------------------


def test_words_that_unfold_to_megabytes_beside_the_pixels_keep_nobody_from_a_picture() -> None:

    words = chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 3_000_000)) * 40
    xmp = chunk(b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0" + zlib.compress(b"x" * 3_000_000))
    colours = chunk(b"iCCP", b"a\0\0" + zlib.compress(b"x" * 3_000_000))
    assert check_file(name="a.png", content=png((40, 20), beside=words + xmp + colours)).width == 40


def test_broken_place_and_camera_keep_nobody_from_a_picture() -> None:
    damaged = chunk(b"eXIf", bytes.fromhex("0800020112000333"))
    assert check_file(name="a.png", content=png((40, 20), beside=damaged)).width == 40


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_half_a_picture_is_told_to_be_damaged(kind: str) -> None:
    noise = Image.effect_noise((300, 300), 60)
    content = saved(noise.convert("RGB") if kind == "WEBP" else noise, kind)
    with pytest.raises(FileBroken):
        check_file(name="a", content=content[: len(content) // 2])


@pytest.mark.parametrize(
    "content",
    [
        gif(before=b"\x21\xfe" + b"\x01x" * 2_400_000 + b"\0"),
        gif(before=b"\x21\xfe\x01x\0" * 900_000),
        jpeg(before=b"\xff\xfe\x00\x02" * 1_200_000),
    ],
    ids=["one comment in pieces", "comments", "segments"],
)
def test_words_in_a_million_pieces_are_left_out_before_anybody_reads_them(content: bytes) -> None:
    assert len(first_frame(content).content) < 2000


@pytest.mark.parametrize("content", [gif(before=b"\x21\xfe\0" * 3000), jpeg(before=b"\xff\xfe\0\x02" * 3000)])
def test_picture_of_thousands_of_pieces_is_not_counted_to_its_end(content: bytes) -> None:
    with pytest.raises((FileBroken, FileTypeRefused)):
        check_file(name="a", content=content)


def test_picture_whose_pixels_cannot_be_unpacked_is_told_to_be_damaged() -> None:
    content = png((10, 10), rows=[b"\xff" * 29] * 10)  # a byte too few in each row, so filters are nonsense
    with pytest.raises(FileBroken):
        check_file(name="a.png", content=content)


# --- colours -----------------------------------------------------------------------------------------


def test_grey_of_sixteen_bits_keeps_its_steps() -> None:
    ramp = b"".join((257 * step).to_bytes(2) for step in range(256))
    checked = check_file(name="a.png", content=png((256, 16), colour=0, depth=16, rows=[ramp] * 16))
    assert [read(checked).getpixel((x, 3)) for x in range(256)] == list(range(256))


@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3)])
def test_see_through_value_of_sixteen_bits_is_still_seen_through(colour: int, channels: int) -> None:
    row = (b"\xab\xcd" * channels) * 8 + (b"\x10\x20" * channels) * 8
    mark = chunk(b"tRNS", b"\xab\xcd" * channels)
    checked = check_file(
        name="a.png", content=png((16, 2), colour=colour, depth=16, rows=[row] * 2, beside=mark)
    )
    picture = read(checked).convert("RGBA")
    assert (picture.getpixel((2, 0))[3], picture.getpixel((12, 0))[3]) == (0, 255)


@pytest.mark.parametrize("width", [16, 5000])
@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_palette_keeps_its_colours_and_what_can_be_seen_through(kind: str, width: int) -> None:
    picture = Image.new("P", (width, 8), 0)
    picture.putpalette([*RED, *GREEN, *BLUE])
    picture.paste(1, (0, 0, width // 2, 8))
    picture.paste(2, (0, 0, width // 4, 8))
    drawn = read(check_file(name="a", content=saved(picture, kind, transparency=0))).convert("RGBA")
    points = [drawn.getpixel((drawn.width * part // 8, drawn.height // 2)) for part in (1, 3)]
    assert near(points[0], (*BLUE, 255)) and near(points[1], (*GREEN, 255))
    assert drawn.getpixel((drawn.width * 7 // 8, drawn.height // 2))[3] == 0


def test_palette_that_is_made_smaller_is_mixed_by_colour_and_not_by_number() -> None:
    picture = Image.frombytes("P", (8192, 4), bytes([0, 2]) * 16_384)
    picture.putpalette([*RED, *GREEN, *BLUE])
    drawn = read(check_file(name="a.png", content=saved(picture, "PNG"))).convert("RGB")
    assert near(drawn.getpixel((2000, 1)), (127, 0, 127))


def test_clear_part_of_a_webp_stays_clear() -> None:
    picture = Image.new("RGBA", (32, 32), CLEAR)
    picture.paste((*RED, 255), (0, 0, 16, 32))
    checked = check_file(name="a", content=saved(picture, "WEBP"))
    assert checked.type is FileType.WEBP
    assert near(read(checked).getpixel((8, 8)), (*RED, 255)) and read(checked).getpixel((28, 8))[3] == 0


@pytest.mark.parametrize("size", [(40, 30), (5000, 40)])
def test_colours_of_a_printers_jpeg_stay(size: tuple[int, int]) -> None:
    ink = Image.new("CMYK", size, (0, 255, 255, 0))
    checked = check_file(name="a.jpg", content=saved(ink, "JPEG"))
    assert read(checked).mode == "RGB"
    assert near(read(checked).getpixel((5, 5)), RED)


# --- moving ones -------------------------------------------------------------------------------------


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, GREEN, BLUE)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_first_frame_of_a_moving_picture_is_kept_and_said_to_be_one(kind: str) -> None:
    checked = check_file(name="dance", content=moving(kind))
    assert checked.first_frame
    assert near(read(checked).convert("RGB").getpixel((5, 5)), RED)
    assert getattr(read(checked), "n_frames", 1) == 1


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "JPEG", "MPO"])
def test_picture_that_stands_still_is_not_said_to_move(kind: str) -> None:
    more = {"save_all": True, "append_images": [Image.new("RGB", (9, 9))]} if kind == "MPO" else {}
    assert not check_file(name="a", content=saved(Image.new("RGB", (20, 20)), kind, **more)).first_frame
