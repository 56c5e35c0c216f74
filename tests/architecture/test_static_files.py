"""Scripts and other files as browsers get them."""

import hashlib
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from marketplace.web.storage import HashedStatic
from tests.support.source import CHECKOUT, Source, text_files

STATEMENT = re.compile(r"^(?:import|export)\b[^;]*?\bfrom\s+\"(\.[^\"]*)\"(.?)", re.MULTILINE)
BARE = re.compile(r"^import\s+\"(\.[^\"]*)\"(.?)", re.MULTILINE)
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")
AXE = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
# Split, so that this file does not find itself.
PLACES_OF_A_MACHINE = re.compile(
    "/(?:work" + "/main|work" + "/shared|tmp" + "/team|root" + "/|home" + r"/\w+/)"
)


def scripts() -> list[Source]:
    return text_files("*.js", under="static/js")


def imports(text: str) -> list[tuple[str, str]]:
    """What a module imports by relative path, and the character after each statement."""
    return STATEMENT.findall(text) + BARE.findall(text)


def loose_imports(source: Source) -> list[str]:
    """Imports that the hashing of static files would leave alone: without a semicolon, or of nothing."""
    folder = (CHECKOUT / source.path).parent
    return [
        f"{source.path}: {target}"
        for target, after in imports(source.text)
        if after != ";" or not (folder / target).exists()
    ]


def test_every_import_ends_with_a_semicolon_and_leads_somewhere() -> None:
    assert not [offence for source in scripts() for offence in loose_imports(source)]


def test_the_check_of_imports_can_fail() -> None:
    assert loose_imports(Source("static/js/app.js", 'import { a } from "./app.js"\n'))
    assert loose_imports(Source("static/js/app.js", 'import { a } from "./nowhere.js";\n'))
    assert not loose_imports(Source("static/js/app.js", 'import {\n  a,\n} from "./app.js";\n'))


def chain(path: Path) -> int:
    """How many modules are in the longest chain of imports that begins at this one."""
    targets = {path.parent / target for target, _ in imports(path.read_text())}
    return 1 + max((chain(target.resolve()) for target in targets), default=0)


def test_the_longest_chain_of_imports_can_be_hashed_whatever_the_order_of_the_files() -> None:
    longest = max(chain(CHECKOUT / source.path) for source in scripts())
    assert longest <= HashedStatic.max_post_process_passes


def test_the_length_of_a_chain_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\n')
    (tmp_path / "b.js").write_text("export const b = 1;\n")
    assert (chain(tmp_path / "a.js"), chain(tmp_path / "b.js")) == (2, 1)


@pytest.mark.slow
def test_collected_modules_import_hashed_names(tmp_path: Path, settings) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "marketplace.web.storage.HashedStatic"}
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    collected = [path for path in (tmp_path / "js").rglob("*.js") if HASHED.search(path.name)]
    found = [(path, target) for path in collected for target, _ in imports(path.read_text())]
    assert found
    assert not [f"{path.name}: {target}" for path, target in found if not HASHED.search(target)]
    assert not [target for path, target in found if not (path.parent / target).exists()]
    assert staticfiles_storage


def test_scripts_are_checked_by_types() -> None:
    assert not [source.path for source in scripts() if "// @ts-check" not in source.text[:200]]


def test_axe_is_the_one_we_know() -> None:
    assert hashlib.sha256((CHECKOUT / "tests/vendor/axe.min.js").read_bytes()).hexdigest() == AXE


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    patterns = (
        "*.py",
        "*.html",
        "*.js",
        "*.css",
        "*.md",
        "*.toml",
        "*.txt",
        "*.yml",
        "*.sh",
        "*.sql",
        "*file",
    )
    told = [source.path for source in text_files(*patterns) if PLACES_OF_A_MACHINE.search(source.text)]
    assert not told
