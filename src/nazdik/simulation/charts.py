"""Charts as SVG text, written by hand so that a report needs nothing but a browser. Numbers go left to right in either language."""

from collections.abc import Callable, Sequence
from html import escape
from math import ceil, log10

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 26, 14, 40
COLOURS = ("#1d6fb8", "#d1731b")


def cumulative(series: Sequence[tuple[str, Sequence[float]]], *, unit: str, most: float | None = None) -> str:
    """Return curves of the share of values at or below each value; up to the 98th percentile unless `most` is given."""
    every = sorted(value for _, values in series for value in values)
    if not every:
        return _empty()
    end = most or _round_up(every[min(len(every) - 1, int(0.98 * len(every)))])
    parts = [_frame(end, 1.0, unit, lambda share: f"{100 * share:.0f} %")]
    for number, (name, values) in enumerate(series):
        ordered = sorted(values)
        steps = min(200, len(ordered))
        points = [(0.0, 0.0)]
        for step in range(1, steps + 1):
            at = ceil(step * len(ordered) / steps) - 1
            points.append((min(ordered[at], end), (at + 1) / len(ordered)))
            if ordered[at] > end:
                break
        path = " ".join(f"{_x(x, end):.1f},{_y(y, 1.0):.1f}" for x, y in points)
        parts.append(f'<polyline fill="none" stroke="{COLOURS[number]}" stroke-width="2" points="{path}"/>')
        parts.append(_key(number, name))
    return _svg(parts)


def bars(series: Sequence[tuple[str, Sequence[float]]], labels: Sequence[str], *, unit: str) -> str:
    """Return grouped bars, one group a label, shares from 0 to 1."""
    top = max([0.05, *(value for _, values in series for value in values)])
    top = ceil(top * 20) / 20
    parts = [_frame(None, top, unit, lambda share: f"{100 * share:.0f} %")]
    width = (WIDTH - LEFT - RIGHT) / len(labels)
    bar = width * 0.8 / len(series)
    for number, (name, values) in enumerate(series):
        for place, value in enumerate(values):
            x = LEFT + place * width + width * 0.1 + number * bar
            y = _y(value, top)
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{bar:.1f}" height="{HEIGHT - BOTTOM - y:.1f}" '
                f'fill="{COLOURS[number]}"><title>{escape(labels[place])}: {100 * value:.1f} %</title></rect>'
            )
        parts.append(_key(number, name))
    for place, label in enumerate(labels):
        if place % max(1, len(labels) // 12) == 0:
            x = LEFT + (place + 0.5) * width
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{escape(label)}</text>')
    return _svg(parts)


def _x(value: float, end: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * value / end


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10 … at or above a value."""
    if value <= 0:
        return 1.0
    size: float = 10.0 ** int(log10(value)) if value >= 1 else 0.1
    return next(step * size for step in (1, 2, 3, 4, 5, 6, 8, 10, 20) if step * size >= value)


def _frame(end: float | None, top: float, unit: str, say: Callable[[float], str]) -> str:

    lines = []
    for step in range(5):
        share = top * step / 4
        y = _y(share, top)
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#8884"/>')
        lines.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{say(share)}</text>')
    if end is not None:
        for step in range(6):
            value = end * step / 5
            x = _x(value, end)
            lines.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{value:g}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    lines.append(f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{escape(unit)}</text>')
    return "".join(lines)


def _key(number: int, name: str) -> str:
    x = LEFT + 12 + number * 150
    return (
        f'<rect x="{x}" y="{TOP - 10}" width="10" height="10" fill="{COLOURS[number]}"/>'
        f'<text x="{x + 15}" y="{TOP - 1}">{escape(name)}</text>'
    )


def _svg(parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" direction="ltr" role="img">{"".join(parts)}</svg>'


def _empty() -> str:
    return _svg([f'<text x="{WIDTH / 2}" y="{HEIGHT / 2}" text-anchor="middle">—</text>'])
