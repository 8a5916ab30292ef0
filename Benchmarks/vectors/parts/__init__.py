"""The parts of the vector benchmark. Each gives a Markdown text."""

from dataclasses import dataclass
from typing import Iterable

from ..engines import Engine


@dataclass(frozen=True)
class Options:
    k: int
    threads: int
    rounds: int
    engines: list[str] | None
    rate: str = "queries_per_second"

    def chosen(self, engines: list[Engine]) -> list[Engine]:
        """Those whose name holds one of the words that were asked for."""
        words = self.engines
        return [one for one in engines if not words or any(word.lower() in one.name.lower() for word in words)]


def best(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def ratio(value: float | None, of: float | None) -> str:
    return "–" if value is None or not of else f"{value / of:.2f}"
