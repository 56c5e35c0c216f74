"""Whatever is sent to whatever address by whomever, the answer is never a fault of ours.

`FUZZ_INPUTS=50000 FUZZ_SEED=7` looks further; without a seed every run sends the same.
"""

import logging
import os
import traceback
from collections import Counter
from collections.abc import Iterator

import pytest
import redis
from django.db import connection
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as how
from hypothesis import strategies as st

from tests.fuzz.inputs import Asked, Input, Inputs
from tests.fuzz.site_map import Address, addresses, names_looked_up
from tests.fuzz.world import World
from tests.support.door import Door, Faults

INPUTS = int(os.environ.get("FUZZ_INPUTS", "2000"))
SEED = os.environ.get("FUZZ_SEED")
NOT_WELL = 503  # /health/ready says so where no deadline loop runs


@pytest.fixture
def world(db: None, valkey: redis.Redis, settings) -> World:
    settings.DEMO = True
    with connection.cursor() as cursor:  # Hypothesis may think for a while before it asks
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    return World(valkey)


@pytest.fixture
def door() -> Iterator[Door]:
    logging.disable(logging.CRITICAL)  # thousands of lines that nobody reads
    yield Door()
    logging.disable(logging.NOTSET)


def look_around(door: Door, world: World, address: Address) -> Asked:
    """What an address answers to and looks up, found by asking it once as a page and once as a form."""
    if address.in_admin:  # its names are those of the columns
        return Asked(["GET", "POST"], [])
    people, path = ("visitor", "carla"), address.usual_path(world.values)
    with names_looked_up() as names:
        statuses = {
            method: [ask(door, world, Input(person, method, path))[0] for person in people]
            for method in ("GET", "POST")
        }
    return Asked([method for method, seen in statuses.items() if 405 not in seen] or ["GET"], sorted(names))


def ask(door: Door, world: World, sent: Input) -> tuple[int, str]:
    """The status of the answer, and where a fault of ours was."""
    with world.undone(), Faults() as faults:
        cookies = world.cookies[sent.person] | sent.cookies
        answer = door.ask(sent.method, sent.target, headers=sent.headers, cookies=cookies, body=sent.body)
    if answer.status_code < 500 or answer.status_code == NOT_WELL:
        return answer.status_code, ""
    return answer.status_code, "".join(traceback.format_exception(faults.last)[-2:]) if faults.last else "?"


@pytest.mark.slow
@pytest.mark.timeout(0 if SEED else 900)
def test_no_input_to_any_address_is_answered_by_500(door: Door, world: World) -> None:
    everywhere = addresses()
    inputs = Inputs(world)
    to = {address: inputs.to(address, look_around(door, world, address)) for address in everywhere}
    statuses: Counter[int] = Counter()
    faults: dict[str, str] = {}  # each with the first input that met it

    @how(
        max_examples=INPUTS,
        derandomize=SEED is None,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def nothing_breaks(data: st.DataObject) -> None:
        sent = data.draw(to[data.draw(st.sampled_from(everywhere))])
        status, fault = ask(door, world, sent)
        statuses[status] += 1
        if fault:
            faults.setdefault(fault, sent.in_words)

    (seed(SEED)(nothing_breaks) if SEED else nothing_breaks)()

    print(f"{INPUTS} inputs, seed {SEED}: {statuses}")
    assert not faults, "\n".join(f"{fault}  after {words}" for fault, words in faults.items())
    assert {200, 302, 400, 404, 405, 422} <= set(statuses)
