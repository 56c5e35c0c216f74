"""The words of the browser's modules in another language."""

import pytest
from django.test import Client
from django.utils import translation

from marketplace.web.js_catalog import catalog_url, version_of

pytestmark = pytest.mark.django_db


def test_the_catalog_speaks_its_language_whatever_the_browser_prefers(client: Client) -> None:
    answer = client.get(catalog_url("de"), headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "Erneut versuchen" in answer.content.decode()


def test_the_catalog_is_kept_for_ever_because_its_address_changes(client: Client) -> None:
    assert "immutable" in client.get(catalog_url("de")).headers["Cache-Control"]
    assert client.get(f"/words/de/{'0' * 12}.js").status_code == 404
    assert client.get(f"/words/xx/{version_of('de')}.js").status_code == 404


def test_a_page_loads_the_catalog_of_its_language_only(client: Client) -> None:
    german = client.get("/", headers={"Accept-Language": "de"}).content.decode()
    english = client.get("/", headers={"Accept-Language": "en"}).content.decode()
    assert f'<script defer src="{catalog_url("de")}"></script>' in german
    assert "/words/" not in english
    with translation.override("en"):
        assert catalog_url("en") == ""
