"""A picture costs a web process so much memory and time and no more, whatever its file holds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from marketplace.core import rules
from sessions_app.tests.chat.picture_files import chunk, gif, phone_jpeg, png, saved, scene, with_scans

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]  # some 20 s of work, also on a busy machine
MEGABYTES = 320  # docs/operations.md names it
TIMES_A_PHONES = 6
ROUNDS = 3
SIDE = 4096
CHECKOUT = Path(__file__).parents[3]


def noisy() -> dict[str, bytes]:
    """What is hard to write again: noise, as much of it as fits into the largest file."""
    photo = scene(SIDE, SIDE)
    few = Image.new("RGB", (SIDE, SIDE))
    few.paste(photo.crop((0, 0, SIDE, 540)), (0, 0))
    few.putalpha(Image.radial_gradient("L").resize((SIDE, SIDE)))
    clear = photo.resize((SIDE // 2, SIDE // 2))
    clear.putalpha(Image.radial_gradient("L").resize(clear.size))
    return {
        "photo.webp": saved(photo, "WEBP", quality=85, method=0),
        "clear.webp": saved(clear, "WEBP", quality=95, method=0),
        "clear.png": saved(few, "PNG", compress_level=2),
    }


def large() -> dict[str, bytes]:
    """What is small until it is decoded."""
    ink, blank = Image.new("CMYK", (6000, 4160)), Image.new("RGB", (6000, 4160))
    slow = saved(blank, "JPEG", progressive=True, subsampling=0)
    return {
        "deep.png": png((SIDE, SIDE), colour=6, depth=16, interlaced=True),
        "palette.png": png((1_000_000, 16), colour=3, beside=chunk(b"tRNS", b"\0")),
        "ink.jpg": saved(ink, "JPEG", progressive=True, subsampling=0),
        "turns.jpg": with_scans(slow, 10),
        "fifty.jpg": saved(Image.new("RGB", (8160, 6120)), "JPEG", subsampling=0),
        "comment.gif": gif(before=b"\x21\xfe" + b"\x01x" * 2_400_000 + b"\0"),
    }


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, float]]:
    """Of each picture: processor seconds (median) and megabytes (most), measured in a child process."""
    folder = tmp_path_factory.mktemp("pictures")
    for name, content in {"phone.jpg": phone_jpeg(), **large(), **noisy()}.items():
        assert len(content) <= rules.FILE_MAX_BYTES, (name, len(content))
        (folder / name).write_bytes(content)
    module = "sessions_app.tests.chat.picture_meter"
    meter = [sys.executable, "-m", module, str(folder), str(ROUNDS), str(MEGABYTES)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "marketplace.settings"}
    done = subprocess.run(meter, cwd=CHECKOUT, env=environment, check=True, stdout=subprocess.PIPE)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: (seconds, most) for name, seconds, most in told}


def test_no_picture_takes_more_memory_than_operations_md_says(costs: dict[str, tuple[float, float]]) -> None:
    assert {name: most for name, (_, most) in costs.items() if most > MEGABYTES} == {}


def test_no_picture_takes_longer_than_six_photos_of_a_phone(costs: dict[str, tuple[float, float]]) -> None:
    phone = costs["phone.jpg"][0]
    times = {name: round(seconds / phone, 1) for name, (seconds, _) in costs.items()}
    assert {name: factor for name, factor in times.items() if factor > TIMES_A_PHONES} == {}
