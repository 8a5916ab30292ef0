"""Search among a part of the rows: by chance, or those on one side of the set with queries from there or from afar."""

import pathlib
from dataclasses import dataclass

import numpy as np

from Benchmarks.common import report

from ..contestants import filtered
from ..engines import Engine, Set
from ..files import CACHE, cached
from ..rounds import efforts, median, take_turns
from ..synthetic import SEED
from ..truth import recall, truth_scores
from . import Options

SHARES = (0.5, 0.1, 0.01, 0.001, 0.0001)
RELATIONS = ("random", "correlated", "anti-correlated")
QUERIES = 200
TARGET = 0.99


@dataclass
class Case:
    """Queries, and the rows they may find; None for all."""

    relation: str
    share: float | None
    data: Set
    allowed: pathlib.Path | None

    @property
    def name(self) -> str:
        return f"{self.relation} {self.share:.2%}" if self.share else f"{self.relation} all"


def cases(data: Set) -> list[Case]:
    direction = _direction(data)
    projected = _projections(data, direction)
    ranks = np.argsort(-projected, kind="stable")
    chance = np.random.default_rng([SEED, 3]).permutation(len(ranks))
    found = []
    for relation in RELATIONS:
        asked = _queries(data, direction, relation)
        found.append(Case(relation, None, asked, None))
        for share in SHARES:
            order = chance if relation == "random" else ranks
            kind = "random" if relation == "random" else "side"
            path = CACHE / "filters" / f"{data.base.stem}-{kind}-{share}.npy"
            kept = np.sort(order[: max(1, round(share * len(order)))]).astype(np.int64)
            found.append(Case(relation, share, asked, cached(path, lambda partial: np.save(partial, kept))))
    return found


def _direction(data: Set) -> np.ndarray:
    """The first axis of the set: the direction along which its rows differ most."""
    vectors = np.load(data.base, mmap_mode="r")
    sample = np.asarray(vectors[:: max(1, len(vectors) // 20_000)], np.float64)
    sample -= sample.mean(0)
    return np.linalg.eigh(sample.T @ sample)[1][:, -1].astype(np.float32)


def _projections(data: Set, direction: np.ndarray) -> np.ndarray:
    vectors = np.load(data.base, mmap_mode="r")
    return np.concatenate([vectors[start : start + 65_536] @ direction for start in range(0, len(vectors), 65_536)])


def _queries(data: Set, direction: np.ndarray, relation: str) -> Set:
    queries = np.load(data.queries)
    order = np.argsort(-(queries @ direction), kind="stable")
    chosen = {"random": np.arange(len(queries)), "correlated": order, "anti-correlated": order[::-1]}[relation]
    path = CACHE / f"{data.queries.stem}-{relation}-{QUERIES}.npy"
    cached(path, lambda partial: np.save(partial, queries[chosen[:QUERIES]]))
    return Set(data.base, path)


def run(data: Set, options: Options) -> str:
    engines = options.chosen(filtered())
    for engine in engines:
        engine.built(data, options.threads)
    everything = cases(data)
    rounds = take_turns("filters", data, engines, options.rounds, f"k {options.k}",
                        lambda engine: measured(engine, everything, options.k))
    return table(engines, everything, rounds, options)


def measured(engine: Engine, everything: list[Case], k: int) -> list[dict]:
    """Each case, at the effort that reaches the recall without a filter on queries taken by chance."""
    found = []
    engine.open(everything[0].data)
    try:
        for effort in efforts(engine):
            if one_case(engine, everything[0], k, effort)["recall"] >= TARGET:
                break
        for case in everything:
            found.append({"case": case.name, "effort": effort, **one_case(engine, case, k, effort)})
    finally:
        engine.close()
    return found


def one_case(engine: Engine, case: Case, k: int, effort: int) -> dict:
    allowed = np.load(case.allowed) if case.allowed else None
    answer = engine.search(case.data, k, effort, allowed=case.allowed)
    worst = truth_scores(case.data.base, case.data.queries, k, allowed)
    found = recall(answer.ids, case.data.base, case.data.queries, worst, k, allowed)
    return {"recall": found, "ms": 1000 / answer.figures["queries_per_second"]}


def table(engines: list[Engine], everything: list[Case], rounds: list[dict], options: Options) -> str:
    header = ["filter keeps"]
    columns = []
    for engine in engines:
        each = [median([one[engine.name][at] for one in rounds]) for at in range(len(everything))]
        effort = f"{'nprobe' if 'IVF' in engine.name else 'ef'} = {each[0]['effort']:.0f}"
        header += [f"{engine.name}, {effort}: recall@{options.k}", "ms", "÷ unfiltered"]
        columns.append(each)
    rows = []
    for at, case in enumerate(everything):
        row = [case.name]
        for each in columns:
            # Against the same queries without a filter.
            unfiltered = next(one for one, other in zip(each, everything)
                              if other.relation == case.relation and other.share is None)
            row += [f"{each[at]['recall']:.4f}", f"{each[at]['ms']:.3f}", f"{each[at]['ms'] / unfiltered['ms']:.2f}"]
        rows.append(row)
    return report.table(header, rows)
