"""Demo data, whose password everybody knows, never meets the network."""

import pytest
from django.core.management.base import CommandError

from marketplace.server import demo_guard

HERE = ["127.0.0.1", "localhost", "[::1]"]


def test_on_this_machine_demo_data_is_fine():
    assert demo_guard.refusal(demo=True, host="127.0.0.1", allowed_hosts=HERE) is None


@pytest.mark.parametrize(
    ("host", "hosts"),
    [
        ("0.0.0.0", HERE),
        ("::", HERE),
        ("192.168.1.20", HERE),
        ("127.0.0.1", [*HERE, "quarter.example.org"]),
        ("127.0.0.1", ["*"]),
        ("127.0.0.1", [".localhost.example.org"]),
        ("127.0.0.1", ["127.example.org"]),
    ],
)
def test_anything_that_lets_others_in_is_refused_in_one_sentence(host, hosts):
    sentence = demo_guard.refusal(demo=True, host=host, allowed_hosts=hosts)

    assert sentence
    assert "set DEMO=0" in sentence
    assert "\n" not in sentence


def test_without_demo_data_anything_goes():
    assert demo_guard.refusal(demo=False, host="0.0.0.0", allowed_hosts=["*"]) is None


def test_the_web_process_refuses_by_the_address_it_binds(settings):
    settings.DEMO = True
    settings.ALLOWED_HOSTS = HERE

    with pytest.raises(CommandError, match=r"0\.0\.0\.0"):
        demo_guard.refuse_demo_on_the_network("0.0.0.0")
