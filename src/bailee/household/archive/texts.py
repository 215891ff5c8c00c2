"""The pages of an archive that people read: README.txt, index.html, and one for each day. Pure.

No script and nothing from elsewhere: they open from a disk, in any browser, for as long as there
are browsers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

from bailee.household.archive.layout import Layout
from bailee.household.archive.words import told_size, words_of
from bailee.types.export import LeftOut, Omitted
from bailee.types.kind import Kind

_STYLE = """
:root { color-scheme: light dark; --paper: #faf8f3; --ink: #1c1b18; --quiet: #4a473f;
  --line: #dcd6c8; --green: #1b5640; }
@media (prefers-color-scheme: dark) { :root { --paper: #171613; --ink: #eeeadf; --quiet: #c0baab;
  --line: #38352d; --green: #8fd0af; } }
body { margin: 0 auto; padding: 24px 16px 64px; max-width: 68ch; background: var(--paper);
  color: var(--ink); font: 17px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere; }
h1 { font-size: 28px; line-height: 1.25; } h2 { font-size: 21px; } a { color: var(--green); }
p, li span { color: var(--quiet); } ul { list-style: none; padding: 0; }
li { border-top: 1px solid var(--line); padding: 8px 0 12px; }
a { display: inline-flex; align-items: center; min-height: 44px; font-weight: 600; }
li span { display: block; font-size: 15px; }
audio, video, img { display: block; max-width: 100%; margin-top: 8px; } audio { width: 100%; }
img { max-height: 320px; }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What all pages say.

    Attributes:
        sentence: What was asked for, in words.
        made: When it was put together, in the reader's own zone.
    """

    language: str
    sentence: str
    zone: str
    made: datetime

    @property
    def words(self) -> Mapping[str, Any]:
        return words_of(self.language)

    @property
    def when(self) -> str:
        return f"{self.made:%Y-%m-%d %H:%M} ({self.zone})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One file of a day, as its page shows it."""

    name: str
    kind: Kind
    at: datetime
    person: str
    device: str
    size_bytes: int


def readme(head: Head, layout: Layout) -> bytes:
    """README.txt; its lines end as every system's editor reads them."""
    told = left_out(head, layout.omitted)
    said = head.words["readme"].format(
        made=head.when,
        sentence=head.sentence,
        zone=head.zone,
        count=layout.files,
        recordings=layout.recordings,
        size=told_size(layout.size_bytes),
        left_out="".join(f"\n{each}\n" for each in told),
    )
    return str(said).lstrip().replace("\n", "\r\n").encode()


def index(head: Head, layout: Layout) -> bytes:
    """index.html: the days."""
    words = head.words
    days = "".join(
        f'<li><a href="{quote(day.date)}/index.html">{day.date}</a>'
        f"<span>{_many(words, day.files)}</span></li>\n"
        for day in layout.days
    )
    told = left_out(head, layout.omitted)
    omitted = f"<h2>{escape(words['left_out'])}</h2>" if told else ""
    body = (
        f"<h1>{escape(words['title'])}</h1>\n"
        f"<p>{escape(_made(head))}</p>\n"
        f"<p>{escape(_of(words, layout))}</p>\n"
        f"<h2>{escape(words['days'])}</h2>\n<ul>\n{days}</ul>\n"
        f"{omitted}{''.join(f'<p>{escape(each)}</p>' for each in told)}\n"
        f"<h2>{escape(words['check'])}</h2>\n<p>{escape(words['to_check'])}</p>\n"
    )
    return _page(head, words["title"], body)


def day_index(head: Head, date: str, lines: Iterable[Line]) -> bytes:
    """A day's index.html: what was recorded, to see and hear."""
    words = head.words
    items = "".join(_item(words, each) for each in lines)
    body = (
        f'<p><a href="../index.html">{escape(words["back"])}</a></p>\n'
        f"<h1>{date}</h1>\n<ul>\n{items}</ul>\n"
    )
    return _page(head, f"{date} · {words['title']}", body)


def _item(words: Mapping[str, Any], line: Line) -> str:
    href = quote(line.name)
    what = f"{line.at:%H:%M:%S} · {line.person} · {words['kinds'][line.kind]}"
    return (
        f'<li><a href="{href}">{escape(what)}</a>'
        f"<span>{escape(line.device)} · {told_size(line.size_bytes)}</span>"
        f"{_player(line, href, what)}</li>\n"
    )


def _player(line: Line, href: str, what: str) -> str:
    label = escape(what, quote=True)
    match line.kind:
        case Kind.AUDIO:
            return f'<audio controls preload="none" src="{href}" aria-label="{label}"></audio>'
        case Kind.VIDEO:
            return f'<video controls preload="none" src="{href}" aria-label="{label}"></video>'
        case Kind.IMAGE:
            return f'<img loading="lazy" src="{href}" alt="{label}">'
        case _:
            return ""


def left_out(head: Head, omitted: Sequence[Omitted]) -> list[str]:
    """What is not in it, a sentence each."""
    words = head.words
    return [
        words["forgotten_by"].format(count=each.count, erasure=each.erasure_id)
        if each.why is LeftOut.FORGOTTEN and each.erasure_id
        else words[each.why].format(count=each.count)
        for each in omitted
    ]


def _made(head: Head) -> str:
    return str(head.words["made"].format(made=head.when, sentence=head.sentence))


def _of(words: Mapping[str, Any], layout: Layout) -> str:
    return f"{_many(words, layout.files)}, {told_size(layout.size_bytes)}."


def _many(words: Mapping[str, Any], count: int) -> str:
    return f"{count} {words['file' if count == 1 else 'files']}"


def _page(head: Head, title: str, body: str) -> bytes:
    return (
        f'<!doctype html>\n<html lang="{head.words["language"]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    ).encode()
