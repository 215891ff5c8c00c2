"""A picture for a phone's camera, drawn here: what is in it goes to nobody who draws pictures."""

import segno
from markupsafe import Markup

_QUIET_MODULES = 4


def picture(text: str) -> Markup:
    """*text* as an SVG of one path, dark on light in any theme: cameras need it so."""
    drawn = segno.make(text, error="m").svg_inline(
        border=_QUIET_MODULES, dark="#000000", light="#ffffff", omitsize=True, svgclass="qr"
    )
    return Markup(drawn)  # noqa: S704 - squares; nothing of *text* is in it as text
