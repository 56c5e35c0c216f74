"""The question to the TURN servers, asked of a real one."""

import socket
import threading
from pathlib import Path

import pytest

from marketplace.core.time import now
from sessions_app.room.turn_check import FRESH_SECONDS, Watch, allocate, packed, state_of, unpacked
from tests.support.relay import Relay

pytestmark = pytest.mark.django_db

WAYS = ["udp", "tcp"]


@pytest.mark.parametrize("way", WAYS)
def test_a_relay_with_our_secret_answers(way: str, tmp_path: Path, settings) -> None:
    settings.TURN_SECRET = "north"
    with Relay(tmp_path, "north") as relay:
        state = state_of(relay.urls(way), now())
    assert (state.ok, state.words) == (True, "answers")


@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_secret_is_named(way: str, tmp_path: Path, settings) -> None:
    settings.TURN_SECRET = "south"
    with Relay(tmp_path, "north") as relay:
        state = state_of(relay.urls(way), now())
    assert (state.ok, state.words) == (False, "401: wrong secret")


def test_a_relay_that_has_not_heard_of_the_new_secret_is_named(tmp_path: Path, settings) -> None:
    settings.TURN_SECRET, settings.TURN_SECRET_PREVIOUS = "south", "north"
    with Relay(tmp_path, "north") as relay:
        assert "only knows the previous secret" in state_of(relay.urls("udp"), now()).words


@pytest.mark.parametrize("secret", ["north", "south"])
def test_two_secrets_are_valid_at_once(secret: str, tmp_path: Path, settings) -> None:
    settings.TURN_SECRET = secret
    with Relay(tmp_path, "north", "--static-auth-secret=south") as relay:
        assert state_of(relay.urls("udp"), now()).ok


@pytest.mark.parametrize("url", ["turn:127.0.0.1:9?transport=tcp", "turn:127.0.0.1:9", "nonsense"])
def test_nobody_there_is_no_answer(url: str, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessions_app.room.turn_check.SECONDS", 0.2)
    settings.TURN_SECRET = "north"
    state = state_of(url, now())
    assert not state.ok
    assert state.words.startswith("no answer")


def test_nobody_waits_for_a_relay(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessions_app.room.turn_check.SECONDS", 60)
    watch = Watch()
    with socket.create_server(("127.0.0.1", 0)) as relay:  # it takes the question, and says nothing yet
        settings.TURN_URLS = [f"turn:127.0.0.1:{relay.getsockname()[1]}?transport=tcp"]
        settings.TURN_SECRET = "north"
        assert [state.words for state in watch.look()] == ["checking"]
        relay.accept()[0].close()
        watch.asking.join(30)
        assert watch.look()[0].words.startswith("no answer")
        asked = watch.asking
        watch.look()
        assert watch.asking is asked  # a minute long the answer stands
        watch.asked_at -= FRESH_SECONDS
        watch.look()
        assert watch.asking is not asked
        relay.accept()[0].close()
        watch.asking.join(30)


def test_without_a_relay_nobody_is_asked(settings) -> None:
    settings.TURN_URLS = []
    watch = Watch()
    assert watch.look() == []
    assert watch.asking is None


def test_a_signed_message_says_how_long_it_is() -> None:
    packet = packed(3, [(25, b"\x11\0\0\0"), (6, b"abcde")], key=b"key")
    assert len(packet) == 20 + int.from_bytes(packet[2:4], "big")
    assert unpacked(packet).attributes[6] == b"abcde"


def test_a_slow_relay_that_answers_a_question_twice_is_not_taken_for_one_that_refuses() -> None:
    def answer(packet: bytes, kind: int, *attributes: tuple[int, bytes]) -> bytes:
        return packed(kind, list(attributes))[:8] + packet[8:20] + packed(kind, list(attributes))[20:]

    def slow(relay: socket.socket) -> None:
        first, who = relay.recvfrom(2048)
        refused = answer(first, 0x0113, (9, b"\0\0\x04\x01"), (20, b"realm"), (21, b"nonce"))
        relay.sendto(refused, who)
        relay.sendto(refused, who)
        for kind in (0x0103, 0x0104):
            relay.sendto(answer(relay.recvfrom(2048)[0], kind), who)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as relay:
        relay.bind(("127.0.0.1", 0))
        relay.settimeout(5)
        threading.Thread(target=slow, args=(relay,), daemon=True).start()
        assert allocate(f"turn:127.0.0.1:{relay.getsockname()[1]}", "name", "secret") == 0
