"""The links that fetch a page's modules at once."""

from marketplace.templatetags.quarter import module_links
from marketplace.web.modules import modules_of


def test_every_module_of_the_room_is_named_once_the_entry_first() -> None:
    found = modules_of("js/room/view.js")
    assert found[0] == "js/room/view.js"
    connection = {f"js/room/connection/{name}.js" for name in ("call", "peer", "signal")}
    assert {"js/room/room.js", *connection} <= set(found)
    assert len(found) == len(set(found))


def test_a_module_that_is_not_there_stops_nothing() -> None:
    assert modules_of("js/none.js") == ["js/none.js"]


def test_each_module_gets_its_link() -> None:
    links = module_links("js/room/view.js").splitlines()
    assert len(links) == len(modules_of("js/room/view.js"))
    assert links[0].startswith('<link rel="modulepreload" href="/static/js/room/view')
