"""What a browser calls itself, as people call it: “Firefox on Linux”."""

import re

from bailee.web.words import Words

_BROWSERS = (
    (r"\bEdgA?/", "Edge"),
    (r"\bOPR/", "Opera"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\b(?:Firefox|FxiOS)/", "Firefox"),
    (r"\b(?:Headless)?Chrom(?:e|ium)/|\bCriOS/", "Chrome"),
    (r"\bVersion/.*\bSafari/", "Safari"),
)
_SYSTEMS = (
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\bWindows\b", "Windows"),
    (r"\bMac OS X\b|\bMacintosh\b", "Mac"),
    (r"\bLinux\b", "Linux"),
)
_LONGEST = 40


def called(words: Words, agent: str) -> str:
    """A `User-Agent` (untrusted) in few words; its own first word where it is none we know."""
    browser, system = _first(_BROWSERS, agent), _first(_SYSTEMS, agent)
    if browser and system:
        said = words.gettext("%(browser)s on %(system)s")
        return said % {"browser": browser, "system": system}
    own = agent.split("/", maxsplit=1)[0].strip()[:_LONGEST]
    return browser or system or own or words.gettext("something that does not say what it is")


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for shape, name in known if re.search(shape, agent)), "")
