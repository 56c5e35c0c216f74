"""The witness of a process: asks, gathers, writes one batch, and loses nothing when the database is away."""

import asyncio
from uuid import UUID, uuid4

import pytest
from django.db import DataError

from sessions_app.calls.beats import Beat
from sessions_app.calls.joint_time import NotWritten, record_beats
from sessions_app.room.roll_call import Answer, Witness
from tests.support.sockets import until

pytestmark = pytest.mark.django_db(transaction=True)  # the thread of the writes closes old connections


class FakePage:
    def __init__(self) -> None:
        self.asked = 0
        self.acknowledged: list[int] = []

    async def ask(self) -> None:
        self.asked += 1

    def acknowledge(self, count: int) -> None:
        self.acknowledged.append(count)


class Books:
    """Collects batches; refuses the first `failures` of them."""

    def __init__(self, failures: int = 0) -> None:
        self.batches: list[list[Beat]] = []
        self.failures = failures

    def record(self, *, beats: list[Beat]) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError
        self.batches.append(beats)


class PartlyTorn(Books):
    """Never writes the beats of one consultation."""

    def __init__(self, torn: UUID) -> None:
        super().__init__()
        self.torn = torn

    def record(self, *, beats: list[Beat]) -> None:
        super().record(beats=beats)
        if any(beat.consultation_id == self.torn for beat in beats):
            raise NotWritten({self.torn})


class Stopwatch:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def answer(page: FakePage, count: int = 1, at: float = 100.0) -> Answer:
    return Answer(page, "0a0b0c0d", count, unbroken=True, at=at)


async def test_both_sides_are_written_in_one_batch_with_their_age() -> None:
    books, clock, page, room = Books(), Stopwatch(), FakePage(), uuid4()
    witness = Witness(record=books.record, clock=clock)
    witness.answered((room, "client"), answer(page), contact=True)
    witness.answered((room, "consultant"), answer(page, count=2, at=101.0), contact=True)
    clock.now = 101.5
    await witness.write()
    [batch] = books.batches
    assert [(beat.role, beat.age) for beat in batch] == [("client", 1.5), ("consultant", 0.5)]
    assert page.acknowledged == [1, 2]


async def test_answer_without_contact_is_no_evidence() -> None:
    books, page = Books(), FakePage()
    witness = Witness(record=books.record, clock=Stopwatch())
    witness.answered((uuid4(), "client"), answer(page), contact=False)
    await witness.write()
    assert [beat.contact for beat in books.batches[0]] == [False]
    assert page.acknowledged == []


async def test_batch_that_could_not_be_written_is_tried_again_with_its_true_age(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sessions_app.room.roll_call.GATHER_SECONDS", 0.01)
    books, clock, page, room = Books(failures=1), Stopwatch(), FakePage(), uuid4()
    witness = Witness(record=books.record, clock=clock)
    witness.answered((room, "client"), answer(page), contact=True)
    await witness.write()
    assert page.acknowledged == [] and witness.some.is_set()
    clock.now = 104.0
    await witness.write()
    assert [beat.age for beat in books.batches[0]] == [4.0]


async def test_one_consultation_that_cannot_be_written_is_tried_again_alone() -> None:
    torn, whole, clock = uuid4(), uuid4(), Stopwatch()
    books, lost, kept = PartlyTorn(torn), FakePage(), FakePage()
    witness = Witness(record=books.record, clock=clock)
    witness.answered((torn, "client"), answer(lost), contact=True)
    witness.answered((whole, "client"), answer(kept), contact=True)
    await witness.write()
    assert (lost.acknowledged, kept.acknowledged) == ([], [1]) and witness.some.is_set()
    clock.now = 104.0
    await witness.write()
    assert [(beat.consultation_id, beat.age) for beat in books.batches[1]] == [(torn, 4.0)]


def test_what_is_wrong_in_one_consultation_stops_no_other_call(monkeypatch: pytest.MonkeyPatch) -> None:
    torn, *whole = sorted(uuid4() for _ in range(3))
    witnessed = []

    def look(*, consultation_id: UUID, heard: object) -> None:
        if consultation_id == torn:
            raise DataError
        witnessed.append(consultation_id)

    monkeypatch.setattr("sessions_app.calls.joint_time.witness", look)
    with pytest.raises(NotWritten) as refused:
        record_beats(beats=[Beat(room, "client", "0a0b0c0d", 0.0, True, True) for room in (torn, *whole)])
    assert (refused.value.rooms, witnessed) == ({torn}, whole)


async def test_newer_answer_replaces_one_that_could_not_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessions_app.room.roll_call.GATHER_SECONDS", 0.01)
    books, clock, page, room = Books(failures=1), Stopwatch(), FakePage(), uuid4()
    witness = Witness(record=books.record, clock=clock)
    witness.answered((room, "client"), answer(page), contact=True)
    write = asyncio.create_task(witness.write())
    await asyncio.sleep(0)
    witness.answered((room, "client"), answer(page, count=2, at=102.0), contact=True)
    await write
    clock.now = 102.0
    await witness.write()
    assert [beat.age for beat in books.batches[0]] == [0.0]


async def test_first_contact_is_written_almost_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessions_app.room.roll_call.GATHER_SECONDS", 3600)
    books, page, room = Books(), FakePage(), uuid4()
    witness = Witness(record=books.record)
    witness.add(page)
    witness.answered((room, "client"), answer(page), contact=True)
    assert await until(lambda: page.acknowledged)
    witness.remove(page)
    assert len(books.batches) == 1


async def test_nobody_is_asked_after_the_last_page_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.core.rules.BEAT_SECONDS", 0.01)
    page = FakePage()
    witness = Witness(record=Books().record)
    witness.add(page)
    assert await until(lambda: page.asked > 1)
    witness.remove(page)
    asked = page.asked
    await asyncio.sleep(0.1)
    assert page.asked == asked


async def test_one_page_that_fails_does_not_keep_the_others_from_being_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("marketplace.core.rules.BEAT_SECONDS", 0.01)
    good, bad = FakePage(), FakePage()
    monkeypatch.setattr(bad, "ask", _fail)
    witness = Witness(record=Books().record)
    for page in (bad, good):
        witness.add(page)
    assert await until(lambda: good.asked > 1)
    for page in (bad, good):
        witness.remove(page)


async def _fail() -> None:
    raise ConnectionResetError


async def test_answers_without_contact_are_tried_again_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessions_app.room.roll_call.GATHER_SECONDS", 0.01)
    books, clock, page, room = Books(failures=1), Stopwatch(), FakePage(), uuid4()
    witness = Witness(record=books.record, clock=clock)
    witness.answered((room, "client"), answer(page), contact=False)
    await witness.write()
    clock.now = 103.0
    await witness.write()
    assert [(beat.contact, beat.age) for beat in books.batches[0]] == [(False, 3.0)]
