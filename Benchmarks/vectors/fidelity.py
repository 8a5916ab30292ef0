"""Is a synthetic set as hard to search as the real embeddings? Both at equal size, the same measures.

    .deps/venv/bin/python -m Benchmarks.vectors.fidelity [--dimensions 512]

What decides the difficulty: how near the 1st, 10th and 100th neighbours are and how that spreads over the points, the
local intrinsic dimension (maximum likelihood, Levina and Bickel, k = 20 and 100), how uneven it is who is whose
neighbour (hubness: the skewness of how often a row is among the first ten), the spectrum, and in the end what a graph
(hnswlib, M = 16, efConstruction = 128) finds of the exact ten nearest. Parts show how the difficulty grows.
"""

import argparse

import faiss
import hnswlib
import numpy as np

from Benchmarks.common import report

from .embeddings import real
from .synthetic import Recipe

SAMPLE = 4000
RANKS = (1, 10, 100)
HELD_OUT = 500
EF = (10, 16, 32, 64)


def intrinsic_dimension(distances: np.ndarray, k: int) -> float:
    """From ascending distances to the neighbours; the points' inverses are averaged, as MacKay and Ghahramani say."""
    near = np.maximum(distances[:, :k], 1e-9)
    inverse = np.mean(np.log(near[:, -1:] / near[:, :-1]), axis=1)
    return float(1 / np.mean(inverse))


def measures(vectors: np.ndarray, seed: int = 1) -> dict[str, list[float]]:
    count, dimensions = vectors.shape
    index = faiss.IndexFlatIP(dimensions)
    index.add(vectors)
    chosen = np.random.default_rng(seed).choice(count, min(SAMPLE, count), replace=False)
    scores, ids = index.search(vectors[chosen], 101)
    scores = scores[:, 1:]  # the first is the row itself
    distances = np.sqrt(np.maximum(2 - 2 * scores, 0))
    found = {f"similarity to neighbour {rank}": list(np.percentile(scores[:, rank - 1], (5, 25, 50, 75, 95)))
             for rank in RANKS}
    # Copies have no dimension: a hundredth of the pictures are there twice.
    apart = distances[distances[:, 0] > 1e-3]
    found["intrinsic dimension, k = 20, 100"] = [intrinsic_dimension(apart, 20), intrinsic_dimension(apart, 100)]
    times = np.bincount(ids[:, 1:11].ravel(), minlength=count).astype(np.float64)
    found["hubness: skewness, most times ÷ mean"] = [
        float(np.mean((times - times.mean()) ** 3) / times.std() ** 3), float(times.max() / times.mean())]
    centred = vectors - vectors.mean(0)
    spectrum = np.linalg.eigvalsh((centred.T @ centred / count).astype(np.float64))[::-1]
    found["squared length of the mean"] = [float((vectors.mean(0) ** 2).sum())]
    found["share of the first 1, 8, 32, 128 axes"] = [
        float(spectrum[:axes].sum() / spectrum.sum()) for axes in (1, 8, 32, 128)]
    found["effective rank (participation)"] = [float(spectrum.sum() ** 2 / (spectrum**2).sum())]
    found[f"recall@10 of hnswlib at ef = {', '.join(map(str, EF))}"] = graph_recall(vectors)
    return found


def graph_recall(vectors: np.ndarray) -> list[float]:
    """The last rows are the queries; the sets have no order by then."""
    base, queries = vectors[:-HELD_OUT], vectors[-HELD_OUT:]
    exact = faiss.IndexFlatIP(vectors.shape[1])
    exact.add(base)
    worst = exact.search(queries, 10)[0][:, -1:]
    graph = hnswlib.Index("ip", vectors.shape[1])
    graph.init_index(len(base), ef_construction=128, M=16, random_seed=1)
    graph.add_items(base)
    found = []
    for ef in EF:
        graph.set_ef(ef)
        distances = graph.knn_query(queries, 10)[1]
        found.append(float(np.mean(1 - distances >= worst - 1e-6)))
    return found


def compared(sets: dict[str, np.ndarray]) -> str:
    found = {name: measures(vectors) for name, vectors in sets.items()}
    first = next(iter(found.values()))
    rows = [[measure, *(" ".join(f"{value:.3g}" for value in one[measure]) for one in found.values())]
            for measure in first]
    return report.table(["", *found], rows)


def part_of(recipe: Recipe, rows: int, wanted: int, seed: int) -> np.ndarray:
    """`wanted` rows of a set of `rows`, as a sample of it."""
    blocks = recipe.blocks(rows, seed, wanted)
    return np.concatenate(list(blocks))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dimensions", type=int, default=512)
    parser.add_argument("--rows", type=int, default=1_000_000, help="the set of which a part is looked at as well")
    arguments = parser.parse_args()
    vectors = real(arguments.dimensions)
    vectors = vectors[np.random.default_rng(1).permutation(len(vectors))]
    recipe = Recipe(real(arguments.dimensions))
    count = len(vectors)
    print(compared({
        "real": vectors,
        "synthetic": part_of(recipe, count, count, 7),
        "real, a quarter": vectors[: count // 4],
        "synthetic, a quarter": part_of(recipe, count, count // 4, 7),
        f"synthetic, part of {arguments.rows:,}": part_of(recipe, arguments.rows, count, 7),
    }))


if __name__ == "__main__":
    main()
