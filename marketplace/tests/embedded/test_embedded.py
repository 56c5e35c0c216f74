"""The two servers from their wheels, run for real; as root PostgreSQL runs as `nobody`, else as ourselves."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from marketplace.embedded import EmbeddedPostgres, EmbeddedValkey, state
from marketplace.embedded.errors import (
    NoUnprivilegedAccount,
    OtherMajor,
    StartFailed,
    StateFolderRefused,
    WheelMissing,
)
from marketplace.embedded.processes import free_port, is_alive, runs, secret_file, wait_until

AS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not AS_ROOT, reason="only root needs a folder outside")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("a place with spaces")


@pytest.fixture(scope="module")
def interrupted(folder) -> tuple[EmbeddedPostgres, bool]:
    """A server whose first start met Ctrl-C, and whether that left data in its place."""
    server = EmbeddedPostgres(folder / "postgres", fsync=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "_create_database", lambda data: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            server.start()
    return server, server.home.data.exists()


@pytest.fixture(scope="module")
def database(interrupted) -> Iterator[EmbeddedPostgres]:
    """One cluster for all that start, stop and ask: to make one takes longer than any of these tests."""
    with interrupted[0] as server:
        yield server


@pytest.fixture(scope="module")
def whole_life(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a throwaway that was started by root and stopped again did to the folders of the machine."""
    folder = tmp_path_factory.mktemp("throwaway")
    folder.chmod(0o700)
    there = (folder, *folder.parents)
    before = [path.stat().st_mode for path in there]
    with EmbeddedPostgres(folder / "postgres", fsync=False) as server:
        outside = server.home.outside
        existed = bool(outside and outside.exists())
    return {
        "outside": outside,
        "existed": existed,
        "before": before,
        "after": [path.stat().st_mode for path in there],
    }


@pytest.fixture
def memory(tmp_path) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path / "valkey") as server:
        yield server


def ask(server: EmbeddedPostgres, question: str) -> str:
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    return str(row[0]) if row else ""


def test_postgres_speaks_unicode_and_utc(database):
    assert ask(database, "SELECT lower('ÄÖÜ')") == "äöü"
    assert ask(database, "SHOW timezone") == "UTC"


def test_postgres_listens_on_this_machine_only_and_on_no_socket_file(database):
    assert ask(database, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(database, "SHOW unix_socket_directories") == ""


def test_postgres_wants_its_password(database):
    wrong = database.url.replace(database._password, "guessed")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_both_run_in_sessions_of_their_own(database, memory):
    sessions = {os.getsid(server.pid) for server in (database, memory)}

    assert sessions == {database.pid, memory.pid}
    assert os.getsid(0) not in sessions


@only_root
def test_root_runs_postgres_as_nobody(database):
    assert Path(f"/proc/{database.pid}").stat().st_uid == state.Account.nobody().uid


def test_a_killed_postgres_comes_back_at_the_same_address_with_its_data(database):
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS number")
        connection.execute("CHECKPOINT")
    before = database.url

    database.kill()
    database.start()

    assert database.url == before
    assert ask(database, "SELECT number FROM kept") == "42"


def test_a_postgres_left_by_a_killed_launcher_is_ended_and_its_data_used(database):
    left = database.pid
    again = EmbeddedPostgres(database.folder, fsync=False)
    again.start()

    assert not runs(left, "postgres")
    assert ask(again, "SELECT 1") == "1"
    again._process, database._process = None, again._process
    database.port = again.port


def test_a_stale_lock_whose_number_is_another_process_now_is_no_obstacle(database):
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    lock = database.home.data / "postmaster.pid"
    text = lock.read_text()
    database.kill()
    lock.write_text(text.replace(text.splitlines()[0], str(other.pid), 1))

    database.start()

    assert ask(database, "SELECT 1") == "1"
    assert other.poll() is None
    other.kill()
    other.wait()


def test_data_of_another_major_is_refused_with_the_way_out(database):
    version = database.home.data / "PG_VERSION"
    database.stop_signals = ((signal.SIGINT, 20.0),)
    kept = version.read_text()
    version.write_text("17\n")
    other = EmbeddedPostgres(database.folder, fsync=False)

    with pytest.raises(OtherMajor, match=r"made by PostgreSQL 17, .*make reset"):
        other.start()

    version.write_text(kept)
    assert ask(database, "SELECT 1") == "1"


def test_an_interrupted_first_start_leaves_nothing_half_made(interrupted, database):
    _, left_data = interrupted

    assert not left_data
    assert ask(database, "SELECT current_database()") == "quarter"


def test_a_server_that_cannot_start_shows_the_end_of_its_log(tmp_path, monkeypatch):
    server = EmbeddedValkey(tmp_path / "valkey")
    monkeypatch.setattr("marketplace.embedded.valkey.CONFIGURATION", "no-such-setting yes\n")

    with pytest.raises(StartFailed, match=r"Valkey did not start.*no-such-setting"):
        server.start()

    assert server.pid is None


def test_a_lost_port_is_chosen_anew(tmp_path, monkeypatch):
    server = EmbeddedValkey(tmp_path / "valkey")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = iter([taken.getsockname()[1], free_port()])
        monkeypatch.setattr("marketplace.embedded.server.free_port", lambda: next(ports))
        with server:
            assert redis.from_url(server.url).ping()


def test_valkey_wants_its_password_and_shows_it_to_nobody(memory):
    with pytest.raises(redis.exceptions.AuthenticationError):
        redis.Redis(port=memory.port).ping()
    shown = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(memory.pid)], capture_output=True, text=True
    )
    assert memory._password not in shown.stdout
    assert stat.S_IMODE((memory.folder / "valkey.conf").stat().st_mode) == 0o600


def test_valkey_killed_and_started_keeps_its_address(memory):
    before = memory.url

    memory.kill()
    assert not memory.running
    memory.start()

    assert memory.url == before
    assert redis.from_url(memory.url).ping()


def test_a_valkey_left_by_a_killed_launcher_is_ended(memory):
    left = memory.pid

    with EmbeddedValkey(memory.folder) as again:
        assert wait_until(lambda: memory._process.poll() is not None, 5)
        assert again.pid != left


def test_a_stranger_with_the_old_number_of_valkey_is_left_alone(tmp_path):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    server = EmbeddedValkey(tmp_path)
    (tmp_path / "server.pid").write_text(str(stranger.pid))

    server.end_leftover()

    assert is_alive(stranger.pid)
    stranger.kill()
    stranger.wait()


@only_root
def test_a_throwaway_leaves_nothing_outside_its_folder(whole_life):
    assert whole_life["existed"]
    assert not whole_life["outside"].exists()


@only_root
def test_root_never_changes_the_rights_of_folders_that_were_there(whole_life):
    assert whole_life["after"] == whole_life["before"]


class TestTheFolderOutside:
    """Where PostgreSQL's data lies for root; it belongs to one checkout."""

    @pytest.fixture
    def checkout(self, tmp_path: Path) -> Path:
        (tmp_path / "one").mkdir()
        (tmp_path / "state").mkdir()
        return tmp_path / "one"

    def test_it_is_remembered(self, checkout):
        outside = state.make_outside(checkout, checkout.parent / "state")

        assert outside.name.startswith("quarter-")
        assert state.remembered(checkout) == outside

    def test_it_goes_along_when_the_checkout_is_moved(self, checkout):
        outside = state.make_outside(checkout, checkout.parent / "state")

        moved = checkout.rename(checkout.with_name("two"))

        assert state.remembered(moved) == outside

    def test_a_copy_of_the_checkout_gets_its_own(self, checkout):
        outside = state.make_outside(checkout, checkout.parent / "state")
        copy = checkout.with_name("copy")
        copy.mkdir()
        (copy / "outside").write_text((checkout / "outside").read_text())

        assert state.remembered(copy) is None
        assert state.remembered(checkout) == outside

    def test_a_new_clone_at_an_old_path_does_not_find_old_data(self, checkout):
        outside = state.make_outside(checkout, checkout.parent / "state")
        (checkout / "outside").unlink()

        assert state.make_outside(checkout, checkout.parent / "state") != outside

    def test_a_state_folder_that_cannot_be_written_is_one_sentence(self, checkout):
        with pytest.raises(StateFolderRefused, match="ordinary user, or set DATABASE_URL"):
            state.make_outside(checkout, checkout.parent / "not-there")

    def test_a_system_without_nobody_is_one_sentence(self, monkeypatch):
        monkeypatch.setattr(state.pwd, "getpwnam", lambda name: {}[name])

        with pytest.raises(NoUnprivilegedAccount, match='no account "nobody"'):
            state.Account.nobody()


def test_a_missing_wheel_names_the_variable(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(WheelMissing, match="set DATABASE_URL"):
        state.postgres_package()


def test_a_secret_is_made_once_for_the_owner_alone(tmp_path):
    first = secret_file(tmp_path / "folder" / "secret")

    assert secret_file(tmp_path / "folder" / "secret") == first
    assert len(first) == 48
    assert stat.S_IMODE((tmp_path / "folder" / "secret").stat().st_mode) == 0o600
