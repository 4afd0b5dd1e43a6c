"""Lines over a logarithmic axis, as SVG that is read on light and dark pages alike."""

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

WIDTH, HEIGHT = 860, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 250, 20, 50
COLOURS = ("#0b7a75", "#c8553d", "#3d5a9e", "#8a6d1b", "#7b3f8c", "#2f7d32", "#a8325e", "#5d6d7e")
LINE_HEIGHT = 16


def draw_lines(
    points: Sequence[int], lines: Mapping[str, Sequence[float]], across: str, up: str
) -> str:
    """A line for each name over the same points (ascending, at least two, above 0), with its name
    at its end. `across` and `up` say what the axes count."""
    top = _ceiling(max(max(values) for values in lines.values()))
    first, last = log10(points[0]), log10(points[-1])

    def x(point: float) -> float:
        return LEFT + (log10(point) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        "<style>text { font: 13px sans-serif }</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for step in range(5):
        value = top * step / 4
        parts.append(_line(LEFT, y(value), WIDTH - RIGHT, y(value), "#dddddd"))
        parts.append(_text(LEFT - 8, y(value) + 4, f"{value:g}", anchor="end"))
    for point in points:
        parts.append(_line(x(point), TOP, x(point), HEIGHT - BOTTOM, "#eeeeee"))
        parts.append(_text(x(point), HEIGHT - BOTTOM + 18, f"{point:,}", anchor="middle"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, across, anchor="middle"))
    parts.append(_text(LEFT, TOP - 6, up))
    ends = _apart({name: y(values[-1]) for name, values in lines.items()})
    for number, (name, values) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x(p):.1f},{y(v):.1f}" for p, v in zip(points, values, strict=True))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(WIDTH - RIGHT + 10, ends[name] + 4, name, colour=colour))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _ceiling(value: float) -> float:
    """The next of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** (len(str(int(value))) - 1) if value >= 1 else 0.1
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


def _apart(wanted: Mapping[str, float]) -> dict[str, float]:
    """Heights of the names, each near its own and none upon another."""
    placed: dict[str, float] = {}
    lowest = float("-inf")
    for name, height in sorted(wanted.items(), key=lambda item: item[1]):
        placed[name] = lowest = max(height, lowest + LINE_HEIGHT)
    excess = max(0.0, lowest - (HEIGHT - BOTTOM))
    return {name: height - excess for name, height in placed.items()}


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start", colour: str = "#333333") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(words)}</text>"
    )
