"""What people, programs and scoundrels may send to an address."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from tests.fuzz.site_map import Address, names_of_filters, names_of_forms
from tests.fuzz.world import World

ODD = [
    b"", b" ", b"\0", b"a\0b", b"\xed\xa0\x80", b"\xff\xfe", b"0", b"1", b"-1", b"on", b"null", b"true",
    b"1.5", b"nan",
    b"9" * 30, b"-" + b"9" * 30, b"2147483648", b"9223372036854775808", "٣".encode(), b"1e999", b"x" * 300,
    b"x" * 30_000,
    "שלום \u202e\u200f".encode(), "\U0001f600".encode(), b"a\r\nb: c", b"%", b"%00", b"'\"<>&;--",
    b"../../etc/passwd",
    b"{}", b"[]", b"[" * 2000, b"00000000-0000-0000-0000-000000000000",
    b"{8f14e45f-ceea-467f-8f0e-8b8d6c7f0a11}",
    b"urn:uuid:8f14e45fceea467f8f0e8b8d6c7f0a11", b"0001-01", b"9999-12", b"2026-02-30", b"0000-00-00",
    b"25:61", b"23:59",
    b"Europe/Oslo", b"Mars/Olympus", b"posixrules", b"/", b"/wallet/", b"//evil.example", b"http://[::1",
    b"/\nx",
    "/\u2028é".encode(), b"javascript:alert(1)", b"20.00", b"20,5", b"EN", b"__all__", b"light",
    b"confirm", b"top_up",
    b"sign_in", b"needs", b"own", b"block", b"approve", b"delete_selected",
]  # fmt: skip
HEADERS = {
    "hx-request": ["true", "false", "\xff"],
    "hx-current-url": ["http://localhost/desk/", "http://[::1", "//x", "http://localhost//x", "a%00b"],
    "hx-current-url-uri-autoencoded": ["true"],
    "hx-history-restore-request": ["true"],
    "hx-target": ["main", ""],
    "accept": ["application/json", "text/html", "*/*;q=x", ";;;", "application/json;q=0"],
    "accept-language": ["de", "xx-" * 100, "*", "en;q=9"],
    "referer": ["http://localhost/wallet/", "http://[::1", "http://localhost//x"],
    "user-agent": ["", "x" * 5000, "\0", "\xff"],
    "x-forwarded-for": ["1.2.3.4", "x, y", ""],
    "x-requested-with": ["XMLHttpRequest"],
    "host": ["localhost", "evil.example", "localhost:x", "[::1", ""],
    "range": ["bytes=0-0", "bytes=9-1"],
    "if-modified-since": ["never", "Mon, 01 Jan 0001 00:00:00 GMT"],
}  # fmt: skip
TYPES = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16",
    "application/json",
    "application/json; charset=hex", "multipart/form-data", "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=x; charset=rot13", "multipart/form-data; boundary=x; charset=utf-7",
    "multipart/form-data; boundary=" + "x" * 300, "multipart/form-data; boundary=\xff", "text/plain", "",
    ";", "a/b/c;=",
]  # fmt: skip
PARTS = [
    "form-data; name=\"{name}\"", "form-data; name=\"{name}\"; filename=\"a.png\"", "form-data",
    "form-data; name=\"{name}\"; filename=\"\"", "form-data; name*=rot13''{name}", "form-data; name*=x",
    "form-data; name=\"{name}\"; filename*=utf-8''%00%ED%A0%80.pdf", "attachment; name={name}",
]  # fmt: skip
MORE_PART_HEADERS = [
    "", "Content-Type: image/png", "Content-Type: text/plain; charset=rot13",
    "Content-Transfer-Encoding: base64",
    "Content-Length: x", "Content-Type", ": x",
]  # fmt: skip
COOKIES = ["tz", "theme", "messages"]
METHODS = ["GET"] * 6 + ["POST"] * 8 + ["HEAD", "PUT", "OPTIONS", "ODD"]


@dataclass(frozen=True)
class Input:
    """One request, and who sends it."""

    person: str
    method: str
    target: str
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes

    @property
    def in_words(self) -> str:
        return f"{self.person}: {self.method} {self.target} {self.headers} {self.cookies} {self.body!r}"


class Inputs:
    """Strategies over the addresses, the names they ask for, and the values that mean something here."""

    def __init__(self, names: dict[Address, list[str]], world: World) -> None:
        self._names = names
        self._people = sorted(world.people)
        self._usual = names_of_forms()
        self._filters = names_of_filters()
        self._known = [value.encode() for value in world.values]
        text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(str.encode)
        self.values = st.one_of(
            st.sampled_from(self._known), st.sampled_from(ODD), text, st.binary(max_size=8)
        )

    def to(self, address: Address) -> st.SearchStrategy[Input]:
        """Requests to one address."""
        return st.builds(
            self._input,
            st.sampled_from(["ada"] * 10 * address.in_admin + self._people),
            st.sampled_from(METHODS),
            st.tuples(*(self._piece(piece) for piece in address.pieces)).map("".join),
            self._pairs(address),
            self._headers(),
            st.one_of(st.just({}), st.dictionaries(st.sampled_from(COOKIES), self._cookie(), max_size=2)),
            self._body(address),
        )

    def _input(
        self, person: str, method: str, path: str, query: Any, headers: Any, cookies: Any, body: Any
    ) -> Input:
        content, kind = body if method not in ("GET", "HEAD") else (b"", None)
        target = f"/{path}?{encoded(query)}" if query else f"/{path}"
        sent = headers | ({"content-type": kind} if kind is not None else {})
        return Input(person, method, target, sent, cookies, content)

    def _piece(self, piece: str | re.Pattern[str]) -> st.SearchStrategy[str]:
        if isinstance(piece, str):
            return st.just(piece)
        fitting = [value for value in self._known if piece.fullmatch(value.decode())]
        fit = st.sampled_from(fitting) if fitting else st.from_regex(piece, fullmatch=True).map(str.encode)
        return st.one_of(fit, fit, fit, self.values).map(lambda value: quote(value, safe=""))

    def _pairs(self, address: Address) -> st.SearchStrategy[list[tuple[str, bytes]]]:
        own = self._names.get(address) or self._usual
        names = [st.sampled_from(own)] * 4 + [st.sampled_from(self._usual), st.text(max_size=5)]
        names += [st.sampled_from(self._filters)] * (4 if address.in_admin else 0)
        return st.lists(st.tuples(st.one_of(names), self.values), max_size=5)

    def _headers(self) -> st.SearchStrategy[dict[str, str]]:
        one = st.one_of([st.tuples(st.just(name), st.sampled_from(texts)) for name, texts in HEADERS.items()])
        return st.one_of(st.just({}), st.lists(one, max_size=3).map(dict))

    def _cookie(self) -> st.SearchStrategy[str]:
        return self.values.map(lambda value: value.decode("latin1").replace(";", ""))

    def _body(self, address: Address) -> st.SearchStrategy[tuple[bytes, str]]:
        pairs = self._pairs(address)
        form = pairs.map(lambda fields: (encoded(fields).encode(), TYPES[0]))
        parts = st.lists(
            st.tuples(st.sampled_from(PARTS), st.sampled_from(MORE_PART_HEADERS)), min_size=5, max_size=5
        )
        multipart = st.builds(lambda fields, looks: (multiparted(fields, looks), TYPES[5]), pairs, parts)
        as_json = pairs.map(lambda fields: (jsoned(fields), "application/json"))
        any_type = st.sampled_from(TYPES)
        mixed = st.builds(lambda body, kind: (body[0], kind), st.one_of(form, multipart, as_json), any_type)
        raw = st.tuples(st.binary(max_size=40), any_type)
        return st.one_of(form, form, form, multipart, as_json, mixed, raw)


def encoded(pairs: list[tuple[str, bytes]]) -> str:
    return "&".join(
        f"{quote(name.encode(errors='replace'), safe='')}={quote(value, safe='')}" for name, value in pairs
    )


def jsoned(pairs: list[tuple[str, bytes]]) -> bytes:
    return json.dumps({name: value.decode(errors="surrogateescape") for name, value in pairs}).encode()


def multiparted(pairs: list[tuple[str, bytes]], looks: list[tuple[str, str]]) -> bytes:
    whole = b""
    for (name, value), (disposition, more) in zip(pairs, looks, strict=False):
        head = f"--x\r\nContent-Disposition: {disposition.format(name=name)}\r\n{more}\r\n\r\n"
        whole += head.encode(errors="replace") + value + b"\r\n"
    return whole + b"--x--\r\n"
