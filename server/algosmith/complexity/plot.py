"""Draws measured work with its fitted curve: a small SVG of our own; PNG where matplotlib is."""

from __future__ import annotations

import html
import importlib
import math
from typing import TYPE_CHECKING

from algosmith.complexity.fit import curve
from algosmith.complexity.notation import pretty
from algosmith.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from algosmith.model import Measurement

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 640, 400, 70, 50


def write_plot(measurement: Measurement, path: Path) -> None:
    """Writes the picture; the ending decides the format.

    Raises:
        ConfigError: Neither svg nor png, png without matplotlib, or a folder that is not there.
    """
    ending = path.suffix.lower()
    try:
        if ending == ".svg":
            path.write_text(svg(measurement), encoding="utf-8")
        elif ending == ".png":
            _write_png(measurement, path)
        else:
            raise ConfigError(f"--plot {path}: name a file that ends in .svg or .png.")
    except OSError as error:
        raise ConfigError(f"--plot {path}: {error.strerror or error}") from error


def svg(measurement: Measurement) -> str:
    """The picture, both axes logarithmic."""
    points = [(n, max(1, work)) for n, work in measurement.time.points]
    line = _curve(measurement, points)
    across = _scale([n for n, _ in points], _LEFT, _WIDTH - 20)
    up = _scale([w for _, w in points] + [round(w) for _, w in line], _HEIGHT - _BOTTOM, 40)
    dots = "".join(
        f'<circle cx="{across(n):.1f}" cy="{up(work):.1f}" r="3" fill="#1f6feb"/>'
        for n, work in points
    )
    path = " ".join(f"{across(n):.1f},{up(work):.1f}" for n, work in line)
    name = pretty(measurement.time.complexity_class or "no class")
    sizes = html.escape(measurement.inputs.partition(";")[0])
    title = html.escape(f"{measurement.function}: {name} measured")
    marks = "".join(_marks(points, across, up))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
        f'<text x="{_LEFT}" y="24" font-size="15">{title}</text>{marks}'
        f'<polyline points="{path}" fill="none" stroke="#d1242f" stroke-width="1.5"/>{dots}'
        f'<text x="{_LEFT}" y="{_HEIGHT - 8}">n ({sizes})'
        f'</text><text x="14" y="{_HEIGHT // 2}" transform="rotate(-90 14 {_HEIGHT // 2})">'
        "counted work</text></svg>\n"
    )


def _curve(measurement: Measurement, points: Sequence[tuple[int, int]]) -> list[tuple[int, float]]:
    name = measurement.time.complexity_class
    return curve(points) if name else []


def _scale(values: Sequence[int], start: float, end: float) -> Callable[[float], float]:
    low, high = math.log(max(1, min(values))), math.log(max(2, *values))

    def place(value: float) -> float:
        share = (math.log(max(1.0, value)) - low) / ((high - low) or 1.0)
        return start + share * (end - start)

    return place


def _marks(
    points: Sequence[tuple[int, int]],
    across: Callable[[float], float],
    up: Callable[[float], float],
) -> Iterator[str]:
    for values, horizontal in (([n for n, _ in points], True), ([w for _, w in points], False)):
        exponent = 0
        while 10**exponent <= max(values):
            value = 10**exponent
            exponent += 1
            if value < min(values):
                continue
            if horizontal:
                x = across(value)
                yield (
                    f'<line x1="{x:.1f}" x2="{x:.1f}" y1="40" y2="{_HEIGHT - _BOTTOM}" '
                    f'stroke="#eee"/><text x="{x:.1f}" y="{_HEIGHT - 34}" '
                    f'text-anchor="middle">{value:,}</text>'
                )
            else:
                y = up(value)
                yield (
                    f'<line x1="{_LEFT}" x2="{_WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}" '
                    f'stroke="#eee"/><text x="{_LEFT - 6}" y="{y + 4:.1f}" '
                    f'text-anchor="end">{value:,}</text>'
                )


def _write_png(measurement: Measurement, path: Path) -> None:
    try:
        matplotlib = importlib.import_module("matplotlib")
        matplotlib.use("Agg")
        pyplot = importlib.import_module("matplotlib.pyplot")
    except ImportError as error:
        raise ConfigError(
            f"--plot {path}: PNG needs matplotlib (pip install matplotlib); .svg needs nothing."
        ) from error
    points = list(measurement.time.points)
    figure, axes = pyplot.subplots(figsize=(6.4, 4.0))
    axes.loglog([n for n, _ in points], [max(1, w) for _, w in points], "o", markersize=4)
    line = _curve(measurement, points)
    axes.loglog([n for n, _ in line], [w for _, w in line], "-")
    axes.set_xlabel("n")
    axes.set_ylabel("counted work")
    axes.set_title(f"{measurement.function}: {pretty(measurement.time.complexity_class or '')}")
    figure.savefig(path)
    pyplot.close(figure)
