"""The few expressions of MapLibre styles that our own style uses; what it does not use is refused by its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, slots=True)
class Seen:
    """What an expression is asked about."""

    zoom: float
    kind: str
    said: Mapping[str, Any]


def value_of(expression: Any, seen: Seen) -> Any:
    """
    Return what an expression of a style comes to.

    Raises:
        ValueError: it uses something that is not known here.
    """
    if not isinstance(expression, list):
        return expression
    name, *rest = expression
    match name:
        case "literal":
            return rest[0]
        case "get":
            return seen.said.get(rest[0])
        case "has":
            return rest[0] in seen.said
        case "zoom":
            return seen.zoom
        case "geometry-type":
            return seen.kind
        case "==":
            return value_of(rest[0], seen) == value_of(rest[1], seen)
        case "!":
            return not value_of(rest[0], seen)
        case "all":
            return all(value_of(each, seen) for each in rest)
        case "in":
            return value_of(rest[0], seen) in value_of(rest[1], seen)
        case "coalesce":
            return next((found for each in rest if (found := value_of(each, seen)) is not None), None)
        case "case":
            pairs = zip(rest[:-1:2], rest[1::2], strict=True)
            return value_of(next((then for when, then in pairs if value_of(when, seen)), rest[-1]), seen)
        case "-":
            return value_of(rest[0], seen) - value_of(rest[1], seen)
        case "interpolate":
            return _interpolate(rest[0], float(value_of(rest[1], seen)), rest[2:])
    raise ValueError(f"the style uses {name!r}, which the drawing of pictures does not know")


def _interpolate(how: list[Any], at: float, stops: list[Any]) -> float:
    pairs = list(zip(stops[::2], stops[1::2], strict=True))
    if at <= pairs[0][0]:
        return float(pairs[0][1])
    base = float(how[1]) if how[0] == "exponential" else 1.0
    for (left, low), (right, high) in pairwise(pairs):
        if at < right:
            span, done = right - left, at - left
            share = done / span if base == 1.0 else (base**done - 1) / (base**span - 1)
            return float(low + (high - low) * share)
    return float(pairs[-1][1])
