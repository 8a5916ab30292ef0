"""Rounds in which the contestants take turns, so that what else the machine does disturbs all; and their medians."""

import hashlib
import statistics
from typing import Callable

import numpy as np

from .engines import Engine, Set
from .files import CACHE, cached_json, say
from .truth import recall, truth_scores

EF = (10, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 800)
NPROBE = (1, 2, 4, 8, 16, 32, 64, 128, 256)
ENOUGH = 0.995  # a sweep ends at this recall


def efforts(engine: Engine) -> tuple[int, ...]:
    return NPROBE if "IVF" in engine.name else EF


def take_turns(part: str, data: Set, engines: list[Engine], rounds: int, settings: str,
               measure: Callable[[Engine], list[dict] | dict]) -> list[dict[str, list]]:
    """One dictionary a round, by the engines' names. A finished round is not measured again by the same contestants."""
    identity = "\n".join([part, data.base.stem, data.queries.stem, settings, *(engine.slug for engine in engines)])
    folder = CACHE / "results" / f"{part}-{data.base.stem}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"

    def one_round(number: int) -> dict[str, list]:
        found = {}
        turn = number % len(engines)
        for engine in engines[turn:] + engines[:turn]:
            say(f"{part}, round {number + 1} of {rounds}: {engine.name}")
            found[engine.name] = measure(engine)
        return found
    return [cached_json(folder / f"round-{number}.json", lambda: one_round(number)) for number in range(rounds)]


def sweep(engine: Engine, data: Set, k: int, single: int, stop: float = ENOUGH) -> list[dict]:
    """Recall and speed for rising effort, on one thread, until the recall is enough."""
    worst = truth_scores(data.base, data.queries, k)
    points = []
    engine.open(data)
    try:
        for effort in efforts(engine):
            answer = engine.search(data, k, effort, single=single)
            found = recall(answer.ids, data.base, data.queries, worst, k)
            points.append({"effort": effort, "recall": found, **answer.figures})
            if found >= stop:
                break
    finally:
        engine.close()
    return points


def median_points(rounds: list[dict[str, list[dict]]], name: str) -> list[dict]:
    """The medians over the rounds of each figure, for each effort that all rounds reached."""
    length = min(len(one[name]) for one in rounds)
    return [median([one[name][at] for one in rounds]) for at in range(length)]


def median(figures: list[dict]) -> dict:
    return {key: statistics.median(one[key] for one in figures) if isinstance(value, (int, float)) else value
            for key, value in figures[0].items()}


def at_recall(points: list[dict], wanted: float, key: str) -> float | None:
    """The figure at a recall, between the two points around it; logarithms are interpolated, as rates are ratios.
    None where the recall is not reached; the first point's where it lies above already."""
    for before, after in zip([None, *points], points):
        if after["recall"] < wanted:
            continue
        if before is None or after["recall"] == before["recall"]:
            return after[key]
        part = (wanted - before["recall"]) / (after["recall"] - before["recall"])
        return float(np.exp(np.log(before[key]) * (1 - part) + np.log(after[key]) * part))
    return None


def first_reaching(points: list[dict], wanted: float) -> dict | None:
    return next((point for point in points if point["recall"] >= wanted), None)
