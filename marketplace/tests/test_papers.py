"""README, decisions and drawings say what is there."""

import re

import pytest
from django.conf import settings

from tools.portrait_people import PEOPLE
from tools.portraits import portrait

ROOT = settings.BASE_DIR
README = (ROOT / "README.md").read_text(encoding="utf-8")
PICTURES = sorted((ROOT / "docs" / "img").glob("*.png"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))


def test_readme_names_every_setting_of_the_environment():
    source = (ROOT / "marketplace" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))

    assert {name for name in names if f"`{name}`" not in README} == set()


def test_readme_begins_with_a_picture_and_two_commands():
    opening = README[:2000]

    assert "docs/img/home.png" in opening
    assert "make run" in opening
    assert "make test" in opening


def test_every_file_that_the_readme_shows_or_links_is_there():
    paths = re.findall(r"\]\(((?!https?:)[^)#]+)\)", README)

    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_picture_is_small_and_used(picture):
    assert picture.stat().st_size < 300_000
    assert f"docs/img/{picture.name}" in README


@pytest.mark.parametrize("page", DECISIONS, ids=lambda path: path.name)
def test_decision_is_in_the_index(page):
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")

    assert f"({page.name})" in index


@pytest.mark.parametrize("name", PEOPLE)
def test_drawing_is_what_its_parameters_say(name):
    drawn = (ROOT / "static" / "img" / "people" / f"{name}.svg").read_text(encoding="utf-8")

    assert drawn == portrait(PEOPLE[name])
