"""What the cameras of the lived-in house see: small films of a door and a garden, made by ffmpeg.

Drawn from plain shapes with a camera's grain, so that a parcel, a visitor and a fox are told apart.
The same arguments give the same film.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from media import encode

_SIZE = "640x360"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """A shape that crosses the picture: body and head in one colour each.

    Attributes:
        begin_x, end_x: Where it enters and leaves, in pixels from the left edge.
        y: Of its feet, in pixels from the top.
    """

    coat: str
    skin: str
    width: int
    height: int
    begin_x: int
    end_x: int
    y: int


VISITOR = Walker(
    coat="0x3b5b7a", skin="0xc99e7a", width=64, height=150, begin_x=-80, end_x=300, y=330
)
COURIER = Walker(
    coat="0x8a5a2b", skin="0xb98a66", width=70, height=156, begin_x=660, end_x=250, y=335
)
CHILD = Walker(coat="0xb5443c", skin="0xe0b48f", width=46, height=96, begin_x=-60, end_x=700, y=335)
FOX = Walker(coat="0xc4692a", skin="0xd98a4a", width=74, height=34, begin_x=660, end_x=-90, y=300)


def door(path: Path, walker: Walker, *, seconds: float, at: datetime, night: bool = False) -> Path:
    """The front door, as a doorbell sees it."""
    background = (
        "drawbox=x=0:y=0:w=640:h=210:color=0x9fb4bf:t=fill,"
        "drawbox=x=0:y=210:w=640:h=150:color=0x8b8777:t=fill,"
        "drawbox=x=40:y=120:w=150:h=130:color=0x5f7a56:t=fill,"
        "drawbox=x=430:y=60:w=150:h=230:color=0x6a4a3a:t=fill,"
        "drawbox=x=446:y=78:w=118:h=90:color=0x8fa9b8:t=fill,"
        "drawbox=x=556:y=180:w=10:h=22:color=0xd8c27a:t=fill"
    )
    return _shot(path, background, walker, seconds=seconds, at=at, night=night)


def garden(
    path: Path, walker: Walker, *, seconds: float, at: datetime, night: bool = False
) -> Path:
    """The garden, from under the eaves."""
    background = (
        "drawbox=x=0:y=0:w=640:h=120:color=0xa9bfc9:t=fill,"
        "drawbox=x=0:y=120:w=640:h=240:color=0x6f8a4e:t=fill,"
        "drawbox=x=0:y=104:w=640:h=26:color=0x7b6248:t=fill,"
        "drawbox=x=90:y=40:w=16:h=120:color=0x54402f:t=fill,"
        "drawbox=x=40:y=16:w=116:h=70:color=0x4f6f3a:t=fill,"
        "drawbox=x=470:y=250:w=130:h=70:color=0x8a6f4d:t=fill"
    )
    return _shot(path, background, walker, seconds=seconds, at=at, night=night)


def _shot(
    path: Path, background: str, walker: Walker, *, seconds: float, at: datetime, night: bool
) -> Path:
    light = "hue=s=0.15,eq=brightness=-0.12:contrast=0.8" if night else "eq=saturation=0.9"
    head = max(18, walker.width * 2 // 5)
    path_x = f"{walker.begin_x}+({walker.end_x}-{walker.begin_x})*t/{seconds}"
    graph = (
        f"color=c=gray:s={_SIZE}:r=12,{background}[b];"
        f"color=c={walker.coat}:s={walker.width}x{walker.height - head}:r=12[c];"
        f"color=c={walker.skin}:s={head}x{head}:r=12[h];"
        f"[b][c]overlay=x='{path_x}':y={walker.y - walker.height + head}[m];"
        f"[m][h]overlay=x='{path_x}+{(walker.width - head) // 2}':y={walker.y - walker.height}[n];"
        f"[n]{light},noise=alls=7:allf=t,vignette=PI/5[v]"
    )
    return encode(path, graph, seconds=seconds, captured_at=at)
