"""Decides what to run inside the cage: readings, families, ladders of sizes, limits of work.

Standard library and ``ladder`` only: it runs in the cage, sent as source. The answer
is JSON: numbers and short texts, nothing of the measured function's own values.
"""

# Values of any type pass through; strict checking would only list them all as unknown.
# pyright: standard

from __future__ import annotations

import json
from typing import Any

from algosmith.complexity.ladder import best, expected, jumps, middle, ranked, steps

_SIZES = (4, 6, 9, 16, 32, 100, 400)
_VALUE_SIZES = (5, 9, 20, 50, 200, 1000, 5000)
_KEEP = {9: 14, 16: 8, 20: 8, 32: 5, 50: 5, 100: 4, 200: 4}
_JUMP = 5000
"""No measured class grows faster than this from one search size to the next: an endless loop."""
_VARIED = ("shuffled", "descending", "ascending", "two")
"""Families whose values differ, or that make long chains: they may need more memory."""
_TOGETHER = 12
"""Sizes that are run in one go where starting a run is dear."""
_GRAPH = 40
"""Vertices while the number of edges is varied alone."""
LARGEST = {"value": 1 << 59, "other": 1 << 17}
"""Where ladders end by themselves."""


def run(plan_text: str, tools: dict[str, Any]) -> str:
    """The whole measurement."""
    plan = json.loads(plan_text)
    try:
        runner = tools["runner"].Runner(plan, tools)
    except SyntaxError as error:
        return json.dumps({"reason": f"does not compile: {error}"})
    return json.dumps(Driver(plan, runner).measure())


class Driver:
    """One measurement; ``runner`` runs the function once, wherever that is."""

    def __init__(self, plan: dict[str, Any], runner: Any) -> None:
        self.plan = plan
        self.runner = runner
        self.parameters: list[Any] = []
        self.value_only = False
        self.errors: list[str] = []
        self.uncosted: set[str] = set()
        self.started = self.runner.seconds()
        self.slow = False
        self.clock: list[list[int]] = []
        """(size, microseconds) of the current ladder, for the guard against uncharged work."""

    def out_of_time(self) -> bool:
        """The outer safety; work limits normally end everything long before."""
        self.slow = self.slow or self.runner.seconds() - self.started > self.plan["seconds"]
        return self.slow

    def once(self, sizes: dict[str, int], family: str, limit: int, mode: str = "steps") -> Any:
        """One run, its error and uncosted calls remembered."""
        outcome = self.runner.run(self.parameters, sizes, family, limit, mode)
        self.uncosted |= outcome.uncosted
        if outcome.error and outcome.error not in self.errors and len(self.errors) < 8:
            self.errors.append(outcome.error)
        return outcome

    def measure(self) -> dict[str, Any]:
        """Picks a reading and a family, climbs the ladders, reports."""
        for index, reading in enumerate(self.plan["readings"]):
            self.parameters = reading["parameters"]
            self.value_only = reading["value_only"]
            ranked, bounded = self.search(reading["families"])
            if ranked or bounded:
                return self.report(index, reading, ranked, bounded)
            if any(error.startswith(tuple(self.plan["final_errors"])) for error in self.errors):
                break
        return {"reason": None, "errors": self.errors}

    def search(self, families: list[str]) -> tuple[list[str], list[str]]:
        """Families that do not raise, the one with most work first; and those that stop raising."""
        works: dict[str, list[int]] = {family: [] for family in families}
        exploded: dict[str, int] = {}
        broken: list[str] = []
        spent = 0
        for n in _VALUE_SIZES if self.value_only else _SIZES:
            alive = [f for f in works if f not in exploded]
            probes = [({"*": n}, f) for f in alive if not self.is_dear(works[f])]
            self.runner.ahead(self.parameters, probes, self.plan["limits"]["probe"])
            for family in alive:
                outcome = self.probe(family, n, works[family], exploded)
                if outcome is None:
                    continue
                spent += outcome.work
                if outcome.status == "unfed":
                    return [], []
                if outcome.status not in ("ok", "deep", "grown"):
                    if works[family]:
                        broken.append(family)
                    del works[family]
            if spent > self.plan["limits"]["search"]:
                break
            works = best(works, exploded, _KEEP.get(n, 1000), families[0])
        return ranked(works, exploded), broken

    def probe(self, family: str, n: int, counts: list[int], exploded: dict[str, int]) -> Any:
        """One run of the search; None where it is known to be too much work."""
        limit = self.plan["limits"]["probe"]
        if self.is_dear(counts) or self.out_of_time():
            exploded.setdefault(family, n)
            return None
        outcome = self.once({"*": n}, family, limit)
        if outcome.status == "limit" and counts and limit < _JUMP * max(1, counts[-1]):
            outcome.status = "grown"
        elif outcome.status == "limit" and not self.errors:
            self.errors.append("it does not end on small inputs")
        if outcome.status in ("grown", "deep"):
            exploded[family] = n
        elif outcome.status == "ok":
            counts.append(outcome.work)
        return outcome

    def is_dear(self, counts: list[int]) -> bool:
        """Whether the next size is known to be too much work for the search."""
        return bool(counts) and counts[-1] * 4 > self.plan["limits"]["probe"]

    def report(
        self, index: int, reading: dict[str, Any], ranked: list[str], bounded: list[str]
    ) -> dict[str, Any]:
        """Ladders of the chosen family."""
        limits = self.plan["limits"]
        best: tuple[list[list[int]], str] = ([], "")
        chosen, clock = "", self.clock
        for family in (ranked or bounded)[:3]:
            self.clock = []
            points, ended = self.ladder({}, "", family, limits["ladder"])
            clock = self.clock
            if len(points) > len(best[0]) or (best[0] and jumps(best[0]) and not jumps(points)):
                best, chosen = (points, ended), family
            reached = bool(points) and points[-1][0] >= 64
            if (reached or ended not in ("raised", "deep")) and not jumps(points):
                break
        if not best[0]:
            return {"reason": None, "errors": self.errors}
        points, ended = best
        family = chosen
        report: dict[str, Any] = {
            "reading": index, "family": family, "families": ranked, "points": points,
            "ended": ended, "alone": {}, "average": [], "clock": clock,
        }  # fmt: skip
        if len(reading["sizes"]) > 1:
            report["alone"] = self.each_alone(reading, points, family)
        plain = next((f for f in ranked if f.startswith(("random/", "balanced/"))), None)
        if plain and plain != family and ended != "raised":
            report["average"] = self.ladder({}, "", plain, limits["alone"])[0]
            report["average_family"] = plain
        container, _, scalars = family.partition("/")
        known = [f for f in reading["families"] if f.endswith("/" + scalars)]
        varied = [f"{v}/{scalars}" for v in _VARIED if v != container]
        chosen = [family, *[f for f in varied if f in known][:2]]
        budgets = (limits["space"] * 3 // 5, limits["space"] // 5, limits["space"] // 5)
        report["no_space"] = self.plan["no_space"]
        if not report["no_space"]:
            series = zip(chosen, budgets, strict=False)
            report["space"] = [self.space(points, f, budget) for f, budget in series]
        report["lines"] = self.lines(points, family)
        report["errors"], report["uncosted"] = self.errors, sorted(self.uncosted)
        report["slow"] = self.slow
        return report

    def each_alone(
        self, reading: dict[str, Any], points: list[list[int]], family: str
    ) -> dict[str, Any]:
        """A ladder for each size, the others held in the middle."""
        limits, alone = self.plan["limits"], {}
        held = middle(points, limits["ladder"])
        for parameter, axis, expression in reading["sizes"]:
            fixed = {f"{p}:{a}": held for p, a, _ in reading["sizes"]}
            fixed["*"] = held
            span = (1, 1 << 60)
            if axis == "edges":  # fewer edges than a tree has, or more than pairs, are not made
                fixed[f"{parameter}:vertices"] = _GRAPH
                span = (_GRAPH, _GRAPH * (_GRAPH - 1) // 2)
            key = f"{parameter}:{axis}"
            alone[expression] = self.ladder(fixed, key, family, limits["alone"], span)[0]
        return alone

    def ladder(
        self,
        fixed: dict[str, int],
        key: str,
        family: str,
        budget: int,
        span: tuple[int, int] = (1, 1 << 60),
    ) -> tuple[list[list[int]], str]:
        """(size, work) for growing sizes, and why it ended: ``work``, ``size`` or an error."""
        points: list[list[int]] = []
        size = 0
        last = self.plan["largest"][
            "value" if self.value_only or key.endswith(":value") else "other"
        ]
        sizes_left = [n for n in steps(min(last, span[1])) if n >= span[0]]
        for number, n in enumerate(sizes_left):
            foreseen = expected(points, n) + size * (n / max(1, n - 1)) ** 2 / 2
            if (points and foreseen > budget) or self.out_of_time():
                return points, "work"
            sizes = {**fixed, key or "*": n}
            cheap = self.cheap(points, sizes_left[number:], budget // 16)
            asked = [({**fixed, key or "*": m}, family) for m in cheap]
            self.runner.ahead(self.parameters, asked, max(budget // 16, 1000))
            before = self.runner.seconds()
            outcome = self.once(sizes, family, max(budget, 1000))
            if outcome.status == "ok":
                points.append([n, outcome.work])
                self.clock.append([n, round(1e6 * (self.runner.seconds() - before))])
                budget -= outcome.work + outcome.size // 2
                size = outcome.size
            elif outcome.status == "limit":
                return points, "limit"
            elif n > max(3, span[0]) or outcome.status == "deep":
                return points, outcome.status
        return points, "size"

    def cheap(self, points: list[list[int]], sizes: list[int], work: int) -> list[int]:
        """The next sizes, as far as they are so little work that they are run in one go."""
        found: list[int] = []
        for n in sizes[:_TOGETHER]:
            work -= round(expected(points, n)) + n
            if found and work < 0:
                break
            found.append(n)
        return found

    def space(self, points: list[list[int]], family: str, budget: int) -> list[list[int]]:
        """(size, peak bytes beyond the input, depth of calls)."""
        series: list[list[int]] = []
        last = 0
        size = 0
        for n, work in points:
            if n < last * (1.0 if points[-1][0] < 48 else 1.3 if n < 100 else 1.7) or n < 4:
                continue
            if work + size * 2 > budget or self.out_of_time():
                break
            outcome = self.once({"*": n}, family, work * 2 + 1000, "depth")
            if outcome.status != "ok":
                break
            budget -= work + outcome.size // 2
            size = outcome.size
            last = n
            series.append([n, outcome.peak, outcome.depth])
        return series

    def lines(self, points: list[list[int]], family: str) -> dict[str, int]:
        """Work by line at a middling size."""
        sizes = [n for n, work in points if work <= 20000]
        outcome = self.once({"*": sizes[-1] if sizes else 4}, family, 400000, "lines")
        hottest = sorted(outcome.lines.items(), key=lambda item: -item[1])[:3]
        return {str(line): work for line, work in hottest}
