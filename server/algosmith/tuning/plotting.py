"""The picture of a training: both losses over its steps, as a small SVG of our own."""

import html
import math
from collections.abc import Sequence

from algosmith.tuning.checkpoints import Losses

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 640, 360, 60, 40, 40
_COLOURS = {"training": "#7a8aa0", "validation": "#c2410c"}


def losses_svg(measured: Sequence[Losses], kept: int | None, title: str) -> str:
    """The SVG's text; ``kept`` is the step whose checkpoint was taken."""
    series = {
        "training": [(o.step, o.training) for o in measured if _known(o.training)],
        "validation": [(o.step, o.validation) for o in measured if _known(o.validation)],
    }
    values = [value for points in series.values() for _, value in points if value is not None]
    last = max([one.step for one in measured], default=1)
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    spread = (high - low) or 1.0

    def place(step: int, value: float) -> str:
        x = _LEFT + (_WIDTH - _LEFT - 20) * step / max(last, 1)
        y = _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / spread
        return f"{x:.1f},{y:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="20" font-size="14">{html.escape(title)}</text>',
        *(_label(4, place(0, v), f"{v:.3f}") for v in dict.fromkeys((low, (low + high) / 2, high))),
        f'<text x="{_LEFT}" y="{_HEIGHT - 12}">step 0</text>',
        f'<text x="{_WIDTH - 20}" y="{_HEIGHT - 12}" text-anchor="end">step {last}</text>',
    ]
    for number, (name, points) in enumerate(series.items()):
        line = " ".join(place(step, value) for step, value in points if value is not None)
        colour = _COLOURS[name]
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{line}"/>')
        x = _WIDTH - 220 + number * 110
        parts.append(f'<text x="{x}" y="20" fill="{colour}">{name} loss</text>')
    if kept is not None:
        x = place(kept, low).partition(",")[0]
        bottom = _HEIGHT - _BOTTOM
        parts.append(f'<line x1="{x}" x2="{x}" y1="{_TOP}" y2="{bottom}" stroke="#15803d"/>')
        parts.append(f'<text x="{x}" y="{bottom + 14}" text-anchor="middle">kept</text>')
    return "\n".join([*parts, "</svg>\n"])


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _label(x: int, place: str, text: str) -> str:
    y = place.partition(",")[2]
    return f'<text x="{x}" y="{y}">{text}</text>'
