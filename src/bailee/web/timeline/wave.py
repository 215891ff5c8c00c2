"""A waveform as a line of an SVG: from peaks, one byte each, to strokes."""

STROKES = 40
WIDTH = STROKES * 3
HEIGHT = 32


def wave(peaks: bytes, strokes: int = STROKES) -> str:
    """The path data of *peaks* (0 … 255 each): upright strokes about the middle; "" for none."""
    if not peaks:
        return ""
    drawn: list[str] = []
    for number in range(strokes):
        begin = number * len(peaks) // strokes
        end = max(begin + 1, (number + 1) * len(peaks) // strokes)
        length = max(2, max(peaks[begin:end]) * (HEIGHT - 2) // 255)
        drawn.append(f"M{number * 3 + 1} {(HEIGHT - length) / 2:g}v{length}")
    return "".join(drawn)
