"""Exact search, one query after the other on one thread: all real embeddings, and a synthetic set of 76,462 rows."""

import numpy as np

from Benchmarks.common import report

from .. import synthetic
from ..contestants import exact
from ..embeddings import real
from ..engines import Engine, Set
from ..files import CACHE
from ..rounds import median, take_turns
from ..truth import recall, truth_scores
from . import Options, number, ratio

ROWS = 76_462
QUERIES = 200


def real_set(dimensions: int) -> Set:
    """The real embeddings; some, chosen by chance, are the queries and not in the base."""
    base, queries = (CACHE / f"real-{dimensions}-{name}.npy" for name in ("base", "queries"))
    if not (base.exists() and queries.exists()):
        vectors = real(dimensions)
        held_out = np.zeros(len(vectors), bool)
        held_out[np.random.default_rng(synthetic.SEED).choice(len(vectors), QUERIES, replace=False)] = True
        np.save(base, vectors[~held_out])
        np.save(queries, vectors[held_out])
    return Set(base, queries)


def run(dimensions: int, options: Options) -> str:
    sets = [real_set(dimensions), Set(*synthetic.paths(ROWS, dimensions, QUERIES))]
    return "\n\n".join(one_set(data, options) for data in sets)


def one_set(data: Set, options: Options) -> str:
    engines = options.chosen(exact())
    for engine in engines:
        engine.built(data, options.threads)
    rounds = take_turns("exact", data, engines, options.rounds, f"k {options.k}",
                        lambda engine: measured(engine, data, options.k))
    figures = {engine.name: median([one[engine.name] for one in rounds]) for engine in engines}
    peer = figures.get("faiss IndexFlatIP")
    rows = [[name, f"{one['p50_ms']:.3f}", f"{one['p95_ms']:.3f}", f"{one['recall']:.4f}",
             number(one["queries_per_second"]), ratio(peer["p50_ms"] if peer else None, one["p50_ms"])]
            for name, one in figures.items()]
    count, dimensions = data.shape
    kind = "synthetic" if "synthetic" in data.base.stem else "real"
    return report.table([f"exact, {count:,} × {dimensions} {kind}, one thread", "p50 ms", "p95 ms",
                         f"recall@{options.k}", "queries/s, all in one call", "faiss's p50 ÷ its"], rows)


def measured(engine: Engine, data: Set, k: int) -> dict:
    engine.open(data)
    try:
        answer = engine.search(data, k, 1, single=QUERIES)
    finally:
        engine.close()
    worst = truth_scores(data.base, data.queries, k)
    return {**answer.figures, "recall": recall(answer.ids, data.base, data.queries, worst, k)}
