"""A browser without scripts: it keeps cookies, follows redirects, reads pages, sends their forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from telling import SurpriseError


@dataclass(slots=True)
class Form:
    """A form of a page, with what its fields hold to begin with."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Page:
    """What a page says, its links and its forms."""

    address: str
    status: int
    text: str
    links: list[tuple[str, str]]
    forms: list[Form]
    body: bytes = field(repr=False)

    def says(self, words: str) -> bool:
        """Whether the page says *words*, wherever its lines break."""
        return " ".join(words.split()) in self.text

    def link(self, words: str) -> str:
        """Where the first link with *words* in its text leads."""
        for text, address in self.links:
            if words in text:
                return address
        raise SurpriseError(f"{self.address} has no link “{words}”")

    def form(self, action: str) -> Form:
        """The form that goes to *action*, whatever its query; rather one that does something."""
        fitting = [each for each in self.forms if each.action.split("?")[0] == action]
        for each in sorted(fitting, key=lambda form: form.method != "post"):
            return each
        raise SurpriseError(f"{self.address} has no form that goes to {action}")


class _Reader(HTMLParser):
    """Text, links and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self._link: tuple[str, list[str]] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._link = (has.get("href", ""), [])
        elif tag == "form":
            self.forms.append(Form(has.get("action", ""), has.get("method", "get").lower()))
        elif tag == "input" and self.forms and has.get("name"):
            ticked = has.get("type") not in {"checkbox", "radio"} or "checked" in has
            if ticked and has.get("type") != "submit":
                self.forms[-1].fields.append((has["name"], has.get("value", "")))
        elif tag == "select":
            self._select = has.get("name", "")
        elif tag == "option" and self.forms and self._select and "selected" in has:
            self.forms[-1].fields.append((self._select, has.get("value", "")))
        elif tag == "button" and self.forms:
            self.forms[-1].buttons.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            self.links.append((" ".join("".join(self._link[1]).split()), self._link[0]))
            self._link = None
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._link:
            self._link[1].append(data)


@dataclass(slots=True, kw_only=True)
class Browser:
    """Talks to one house."""

    port: int
    jar: dict[str, str] = field(default_factory=dict, repr=False)

    def get(self, address: str) -> Page:
        """A page, wherever it leads."""
        return self._ask("GET", address, None)

    def send(self, page: Page, action: str, **typed: str) -> Page:
        """Send the form of *page* that goes to *action*, with *typed* in its fields."""
        form = page.form(action)
        kept = [(name, value) for name, value in form.fields if name not in typed]
        fields = urlencode([*kept, *typed.items()])
        if form.method == "get":
            return self.get(f"{form.action.split('?')[0]}?{fields}")
        return self._ask("POST", form.action, fields.encode())

    def _ask(self, method: str, address: str, body: bytes | None) -> Page:
        for _ in range(8):
            status, headers, content = self._once(method, address, body)
            if status not in {302, 303}:
                return _read(address, status, content)
            method, body = "GET", None
            address = headers["location"]
        raise SurpriseError(f"{address} leads in a circle")

    def _once(
        self, method: str, address: str, body: bytes | None
    ) -> tuple[int, dict[str, Any], bytes]:
        sent = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items()),
            "Accept-Language": "en",
        }
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            sent["Origin"] = f"http://localhost:{self.port}"
        split = urlsplit(address)
        path = f"{split.path}?{split.query}" if split.query else split.path
        connection = HTTPConnection("localhost", self.port, timeout=60)
        try:
            connection.request(method, path, body, sent)
            came = connection.getresponse()
            content = came.read()
        finally:
            connection.close()
        for line in came.headers.get_all("set-cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.jar.pop(name, None)
                else:
                    self.jar[name] = morsel.value
        return came.status, {k.lower(): v for k, v in came.headers.items()}, content


def _read(address: str, status: int, content: bytes) -> Page:
    reader = _Reader()
    try:
        reader.feed(content.decode())
    except UnicodeDecodeError:
        reader = _Reader()
    return Page(
        address=address,
        status=status,
        text=" ".join(" ".join(reader.words).split()),
        links=reader.links,
        forms=reader.forms,
        body=content,
    )
