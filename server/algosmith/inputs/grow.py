"""Makes the arguments of one call at any size. Standard library only: it also runs in the cage.

A specification is plain data (see ``spec.py``): ``{"params": [{"name", "role", "of", "kind"}]}``
with kinds ``{"base", "parts", "traits", "low", "high", "samples", "class_name", "fields"}``.
A family is ``containers/scalars``, as in ``ascending/absent``.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Spec = dict[str, Any]


class Unfit(ValueError):
    """The family has no value of this kind."""


class Maker:
    """Fills the parameters of one call; later ones may hang on earlier ones."""

    def __init__(
        self,
        sizes: dict[str, int],
        family: str,
        seed: int,
        parts: dict[str, Callable[..., Any]],
    ) -> None:
        self.sizes = sizes
        self.family, _, self.scalars = family.partition("/")
        self.rng = random.Random(seed)  # noqa: S311 - test inputs, not secrets
        self.parts = parts
        self.made: dict[str, Any] = {}
        self.vertices: dict[str, int] = {}
        self.name = ""

    def size(self, axis: str) -> int:
        """How big the parameter being made is along one axis."""
        return self.sizes.get(f"{self.name}:{axis}", self.sizes.get("*", 1))

    def make(self, spec: Spec) -> list[Any]:
        """All arguments, in the order of the parameters."""
        order = sorted(spec["params"], key=lambda p: p["role"] not in ("free", "size"))
        for parameter in order:
            self.name = parameter["name"]
            self.made[self.name] = self.argument(parameter)
        dressed = self.parts["dress"]
        return [dressed(p["kind"], self.made[p["name"]]) for p in spec["params"]]

    def argument(self, parameter: Spec) -> Any:
        """The value of one parameter."""
        kind, role = parameter["kind"], parameter["role"]
        other = self.made.get(parameter["of"])
        if kind["samples"] and "format" in kind["traits"]:
            return self.rng.choice(kind["samples"])
        if role in ("vertex", "vertices"):
            return self.graph_role(role, parameter["of"], kind)
        if kind["base"] in ("int", "float") and other is not None and hasattr(other, "__len__"):
            return self.hanging(role, other, kind)
        if kind["base"] in ("int", "float"):
            return self.number(role, other, kind)
        if role in ("same", "permutation", "length") and other is not None:
            return self.tied(role, other, kind)
        return self.value(kind, self.size("len"))

    def graph_role(self, role: str, of: str, kind: Spec) -> Any:
        """A vertex of a graph, or the number of its vertices."""
        count = self.vertices.get(of, self.size("value"))
        if role == "vertices":
            return count
        graph = self.made.get(of)
        last = self.scalars in ("absent", "full", "plain")
        first_is_taken = any(made in (0, "v0") for made in self.made.values() if made != [])
        vertex = count - 1 if last and first_is_taken else 0
        if isinstance(graph, dict) and graph:
            names: list[Any] = list(graph)  # pyright: ignore[reportUnknownArgumentType] - any keys
            return names[-1] if vertex else names[0]
        return self.parts["vertex"](vertex, kind)

    def hanging(self, role: str, other: Any, kind: Spec) -> Any:
        """A number that refers to a container: one of its values, a position, its length."""
        length = len(other)
        if role == "length":
            return length - (self.scalars == "low" and "exact" not in kind["traits"])
        if role == "first":
            return 0
        if role == "last":
            return length if self.scalars == "full" else length - 1
        if role == "index":
            return {"low": 0, "full": length - 1, "absent": length - 1}.get(
                self.scalars, length // 2
            )
        if role == "count":
            chosen = {"low": 1, "full": length, "absent": length}.get(self.scalars, length // 2)
            sized = self.sizes.get(f"{self.name}:value")
            return max(1, min(length, chosen if sized is None else sized))
        if role == "value" and length:
            return self.element(other, kind)
        return self.number(role, None, kind)

    def element(self, other: Any, kind: Spec) -> Any:
        """A value that stands in the container, or one that does not."""
        flat = list(other)
        while flat and isinstance(flat[0], list | tuple):
            flat = [x for row in flat for x in row]
        numbers = [x for x in flat if isinstance(x, int | float)]
        if not numbers:
            return self.number("free", None, kind)
        if self.scalars == "absent":
            return max(numbers) + 1
        if self.scalars == "below":
            return min(numbers) - 1 if min(numbers) < 1 else 0
        if self.scalars == "full":
            return numbers[-1]
        if self.scalars == "plain":
            return self.size("value")
        if self.scalars == "sum":
            return sum(numbers) // 2
        return numbers[0] if self.scalars == "low" else numbers[len(numbers) // 2]

    def number(self, role: str, other: Any, kind: Spec) -> Any:
        """A number on its own; a ``size`` is the size itself or a difficult number near it."""
        if kind["samples"] and "fixed" in kind["traits"]:
            return self.rng.choice(kind["samples"])
        n = self.size("value")
        if isinstance(other, int) and not isinstance(other, bool) and role == "count":
            near = {"low": 1, "full": other, "absent": other}.get(self.scalars, other // 2)
            n = max(0, self.sizes.get(f"{self.name}:value", near))
        elif role == "size":
            n = self.parts["number"](n, self.scalars, len(self.made))
        else:
            n = {"low": min(n, 2), "full": n, "absent": 10 * n + 7, "below": -1}.get(
                self.scalars, n if self.scalars == "plain" else n // 2
            )
        if kind["low"] is not None and n < kind["low"]:
            n = kind["low"]
        if kind["high"] is not None and n > kind["high"]:
            n = kind["high"]
        return float(n) if kind["base"] == "float" else n

    def tied(self, role: str, other: Any, kind: Spec) -> Any:
        """A container tied to an earlier one: as long, equal, or the same values shuffled."""
        if role == "length" or kind["base"] not in ("list", "str"):
            return self.value(kind, len(other))
        values = list(other)
        if role == "permutation" and self.family != "equal":
            self.rng.shuffle(values)
        return "".join(values) if isinstance(other, str) else values

    def value(self, kind: Spec, n: int) -> Any:
        """A value of a kind at a size."""
        base = kind["base"]
        if kind["samples"] and "format" in kind["traits"]:
            return self.rng.choice(kind["samples"])
        if base in ("list", "str", "linked", "tree", "dict", "set", "tuple", "bytes"):
            return self.parts[base](self, kind, n)
        if base == "member":
            return self.parts["object"](kind, [self.rng.choice(kind["samples"])])
        if base == "record":
            return self.parts["object"](kind, [self.field(part, n) for part in kind["parts"]])
        return self.small(kind)

    def field(self, kind: Spec, n: int) -> Any:
        """What an object of the file's own class is made of."""
        value = self.number("free", None, kind) if kind["base"] in ("int", "float") else None
        return self.parts["dress"](kind, self.value(kind, n) if value is None else value)

    def small(self, kind: Spec) -> Any:
        """A scalar inside a container."""
        base = kind["base"]
        if base == "bool":
            return self.rng.random() < 0.5
        if base == "none":
            return None
        if base in ("callable", "object"):
            raise Unfit(base)
        low = kind["low"] if kind["low"] is not None else 0
        high = kind["high"] if kind["high"] is not None else low + 9
        number = self.rng.randint(low, max(low, high))
        return float(number) if base == "float" else number
