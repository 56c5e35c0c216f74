"""What is refused before anything is installed or started, each in one sentence that names the way out."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from marketplace.embedded.processes import free_port
from marketplace.launcher import checks
from marketplace.launcher.checks import Machine
from marketplace.launcher.place import Place, Wishes
from marketplace.launcher.refusals import (
    AlreadyRunning,
    BadHost,
    BadPort,
    DemoOnTheNetwork,
    NoServersHere,
    NotYourData,
    NoVenvModule,
    PortRefused,
    PortTaken,
)

DEBIAN = Machine("Linux", "x86_64", (2, 36))


def wishes(**environ: str) -> Wishes:
    return Wishes.read("run", environ)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(checkout=tmp_path, data=tmp_path / ".data")
    checks.check_data_folder(found, "run")
    return found


@pytest.mark.parametrize(
    "machine",
    [
        DEBIAN,
        Machine("Linux", "aarch64", (2, 28)),
        Machine("Darwin", "arm64", None),
        Machine("Darwin", "x86_64", None),
    ],
)
def test_linux_with_glibc_and_macos_are_fine(machine):
    checks.check_machine(machine, wishes())


@pytest.mark.parametrize(
    ("machine", "named"),
    [
        (Machine("Linux", "x86_64", None), "musl"),
        (Machine("Linux", "x86_64", (2, 17)), "glibc 2.17"),
        (Machine("Windows", "amd64", None), "Windows"),
        (Machine("Linux", "riscv64", (2, 39)), "riscv64"),
    ],
)
def test_a_machine_without_wheels_is_told_to_bring_its_own_servers(machine, named):
    with pytest.raises(NoServersHere) as refused:
        checks.check_machine(machine, wishes())

    assert named in str(refused.value)
    assert "set DATABASE_URL and REDIS_URL" in str(refused.value)


def test_with_servers_of_ones_own_any_machine_will_do():
    own = wishes(DATABASE_URL="postgresql://db/quarter", REDIS_URL="redis://cache")

    checks.check_machine(Machine("Linux", "x86_64", None), own)


def test_one_server_of_ones_own_is_not_enough_without_wheels():
    with pytest.raises(NoServersHere):
        checks.check_machine(Machine("Linux", "x86_64", None), wishes(DATABASE_URL="postgresql://db/quarter"))


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_missing_venv_module_names_the_package_to_install(missing):
    has = {"venv": True, "ensurepip": True} | {missing: False}

    with pytest.raises(NoVenvModule, match=r"apt install python3\.\d+-venv"):
        checks.check_venv_module("run", has)


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "80.5"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(BadPort, match=r"PORT=8001 make run"):
        wishes(PORT=port)


def test_a_taken_port_names_a_free_one():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(PortTaken, match=rf"Port {port} is taken .*PORT=\d+ make run") as refused:
            checks.check_port(wishes(PORT=str(port)))

    assert f"PORT={port} " not in str(refused.value)


def test_a_port_just_given_back_is_free():
    port = free_port()
    with socket.create_server(("127.0.0.1", port)) as server:
        client = socket.create_connection(("127.0.0.1", port))
        server.accept()[0].close()
        client.close()

    checks.check_port(wishes(PORT=str(port)))


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_refused(host):
    with pytest.raises(BadHost, match=f"HOST={host}"):
        checks.check_port(wishes(HOST=host))


def test_a_port_that_the_system_keeps_for_itself_is_refused(monkeypatch):
    monkeypatch.setattr(checks, "binding_problem", lambda *address: 13)

    with pytest.raises(PortRefused, match="does not let you use port 80"):
        checks.check_port(wishes(PORT="80"))


def test_another_program_on_all_addresses_counts_as_taken(monkeypatch):
    monkeypatch.setattr(checks, "somebody_answers", lambda address: True)

    with pytest.raises(PortTaken):
        checks.check_port(wishes(PORT=str(free_port())))


@pytest.mark.parametrize(
    "environ",
    [
        {"HOST": "0.0.0.0"},
        {"HOST": "192.168.1.20"},
        {"ALLOWED_HOSTS": "localhost,quarter.example.org"},
        {"ALLOWED_HOSTS": "*"},
    ],
)
def test_demo_data_is_refused_where_others_can_come_in(environ):
    with pytest.raises(DemoOnTheNetwork, match="DEMO=0"):
        checks.check_demo(wishes(**environ))


@pytest.mark.parametrize("environ", [{}, {"HOST": "::1", "ALLOWED_HOSTS": "localhost, 127.0.0.1,[::1]"}])
def test_demo_data_is_fine_on_this_machine(environ):
    checks.check_demo(wishes(**environ))


@pytest.mark.parametrize("off", ["0", "no", "false", "off"])
def test_without_demo_data_any_address_is_fine(off):
    checks.check_demo(wishes(HOST="0.0.0.0", DEMO=off))


def test_a_second_start_in_the_same_checkout_names_the_first(place):
    handle = checks.take_lock(place, "http://127.0.0.1:8000/")

    with pytest.raises(AlreadyRunning) as refused:
        checks.take_lock(place, "http://127.0.0.1:8001/")

    assert "at http://127.0.0.1:8000/" in str(refused.value)
    assert f"kill {os.getpid()}" in str(refused.value)
    os.close(handle)


def test_the_lock_of_an_ended_start_is_free_again(place):
    os.close(checks.take_lock(place, "http://127.0.0.1:8000/"))

    os.close(checks.take_lock(place, "http://127.0.0.1:8000/"))


def test_two_checkouts_do_not_lock_each_other(tmp_path):
    for name in ("one", "two"):
        other = Place(checkout=tmp_path / name, data=tmp_path / name / ".data")
        checks.check_data_folder(other, "run")
        checks.take_lock(other, "http://127.0.0.1:8000/")


def test_data_of_another_account_is_not_touched(place, monkeypatch):
    monkeypatch.setattr(checks.os, "geteuid", lambda: os.getuid() + 1)

    with pytest.raises(NotYourData, match="belongs to another account"):
        checks.check_data_folder(place, "run")


def test_a_web_process_left_behind_is_ended(place, monkeypatch):
    monkeypatch.setattr(checks, "LEFTOVER_SECONDS", 0.1)
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", str(place.manage), "serve"])
    (place.run / "web.pid").write_text(str(left.pid))
    time.sleep(0.1)

    checks.end_leftover_web(place)

    assert left.wait(timeout=5) != 0
    assert not (place.run / "web.pid").exists()


def test_a_stranger_with_the_old_number_is_left_alone(place, monkeypatch):
    monkeypatch.setattr(checks, "LEFTOVER_SECONDS", 0.1)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (place.run / "web.pid").write_text(str(stranger.pid))

    checks.end_leftover_web(place)

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_the_data_is_for_its_owner_alone(place):
    assert place.data.stat().st_mode & 0o077 == 0
