"""Pictures are read one at a time: several large ones at once would take all the memory there is."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sessions_app import files


def test_pictures_given_at_the_same_time_are_read_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counting, reading, most = threading.Lock(), 0, 0

    def slow(*_: Any) -> None:
        nonlocal reading, most
        with counting:
            reading += 1
            most = max(most, reading)
        time.sleep(0.02)
        with counting:
            reading -= 1

    monkeypatch.setattr(files, "_picture", slow)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: files.check_file(name="a.png", content=b"x"), range(4)))

    assert most == 1
