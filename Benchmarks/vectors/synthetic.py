"""Sets of any size that are as hard to search as the real embeddings, from a seed.

The real embeddings fall into clusters (k-means). A new row takes a cluster by the clusters' sizes; around its centre
it is a Gaussian combination of that cluster's own residuals, which has exactly their covariance, blended with one of
all clusters' residuals; its distance from the centre is drawn from the cluster's own. A larger set has more
clusters: their number grows with the square root of the rows, since more pictures are both more of the same things
and of other things. The centre of an added cluster is drawn in the same way among the centres of its neighbourhood,
so 1,000,000 rows are not copies of the 24,451 pictures. Fidelity is measured by fidelity.py.
"""

import math
import pathlib
from dataclasses import dataclass
from typing import Iterator

import faiss
import numpy as np

from .embeddings import real
from .files import CACHE, cached, say

VERSION = 2  # of the recipe; a cached set of another version is not used
SEED = 20261121
BLOCK = 16_384

CLUSTER_ROWS = 40  # real rows in a cluster, on average
NEIGHBOURHOOD_CENTRES = 16  # real clusters in a neighbourhood, on average
OWN = 0.9  # the share of a cluster's own covariance; the rest is that of all clusters


def kmeans(vectors: np.ndarray, clusters: int) -> tuple[np.ndarray, np.ndarray]:
    """The centres and, for each row, the number of its own."""
    machine = faiss.Kmeans(vectors.shape[1], clusters, niter=20, seed=SEED, max_points_per_centroid=1000,
                           min_points_per_centroid=1)
    machine.train(vectors)
    _, nearest = machine.index.search(vectors, 1)
    own = nearest[:, 0]
    centres = np.stack([vectors[own == cluster].mean(0) for cluster in range(clusters)])
    return centres.astype(np.float32), own


class Spread:
    """Residuals of groups around their centres, and new ones like them."""

    def __init__(self, residuals: np.ndarray, own: np.ndarray, groups: int):
        order = np.argsort(own, kind="stable")
        self.residuals = residuals[order]
        self.sizes = np.bincount(own, minlength=groups)
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)])
        self.lengths = np.linalg.norm(self.residuals, axis=1)
        # The covariance of all groups' residuals, each group scaled to mean square length 1.
        scale = np.sqrt(np.add.reduceat(self.lengths**2, self.starts[:-1]) / self.sizes)
        scaled = self.residuals / np.maximum(np.repeat(scale, self.sizes), 1e-9)[:, None]
        values, axes = np.linalg.eigh((scaled.T @ scaled / len(scaled)).astype(np.float64))
        self.shared = (axes * np.sqrt(np.maximum(values, 0))).T.astype(np.float32)
        self.scale = scale.astype(np.float32)

    def draw(self, random: np.random.Generator, groups: np.ndarray, own_share: float) -> np.ndarray:
        """One residual for each entry of `groups`."""
        dimensions = self.residuals.shape[1]
        drawn = random.standard_normal((len(groups), dimensions), dtype=np.float32) @ self.shared
        drawn *= math.sqrt(1 - own_share) * self.scale[groups][:, None]
        order = np.argsort(groups, kind="stable")
        present, firsts = np.unique(groups[order], return_index=True)
        for group, rows in zip(present, np.split(order, firsts[1:])):
            start, end = self.starts[group], self.starts[group + 1]
            weights = random.standard_normal((len(rows), end - start), dtype=np.float32)
            drawn[rows] += weights @ self.residuals[start:end] * np.float32(math.sqrt(own_share / (end - start)))
        # The distances from the centre are the real ones: between two neighbours of the group's sorted lengths.
        wanted = self.quantiles(groups, random.random(len(groups)))
        return drawn * (wanted / np.maximum(np.linalg.norm(drawn, axis=1), 1e-9))[:, None].astype(np.float32)

    def quantiles(self, groups: np.ndarray, at: np.ndarray) -> np.ndarray:
        if not hasattr(self, "_sorted"):
            order = np.lexsort((self.lengths, np.repeat(np.arange(len(self.sizes)), self.sizes)))
            self._sorted = self.lengths[order]
        position = at * (self.sizes[groups] - 1)
        low = np.floor(position).astype(np.int64)
        high = np.minimum(low + 1, self.sizes[groups] - 1)
        part = position - low
        start = self.starts[groups]
        return self._sorted[start + low] * (1 - part) + self._sorted[start + high] * part


@dataclass
class Clusters:
    """Those of one set: where they are, how often each is taken, and after which real cluster each is shaped."""

    centres: np.ndarray
    shares: np.ndarray
    shapes: np.ndarray


class Recipe:
    """What is learnt from the real embeddings."""

    def __init__(self, vectors: np.ndarray):
        self.count = len(vectors)
        clusters = max(2, self.count // CLUSTER_ROWS)
        self.centres, own = kmeans(vectors, clusters)
        self.inside = Spread(vectors - self.centres[own], own, clusters)
        neighbourhoods = max(2, clusters // NEIGHBOURHOOD_CENTRES)
        self.middles, self.neighbourhood = kmeans(self.centres, neighbourhoods)
        self.between = Spread(self.centres - self.middles[self.neighbourhood], self.neighbourhood, neighbourhoods)

    def clusters(self, rows: int, seed: int) -> Clusters:
        """Of a set of `rows`; the same for its rows and for its queries."""
        known = len(self.centres)
        added = max(0, round(known * math.sqrt(rows / self.count)) - known)
        random = np.random.default_rng([seed, 0])
        shapes = random.integers(0, known, added)
        groups = self.neighbourhood[shapes]
        centres = self.middles[groups] + self.between.draw(random, groups, OWN)
        shapes = np.concatenate([np.arange(known), shapes])
        sizes = self.inside.sizes[shapes].astype(np.float64)
        return Clusters(np.concatenate([self.centres, centres]), sizes / sizes.sum(), shapes)

    def blocks(self, rows: int, seed: int, wanted: int | None = None, queries: bool = False) -> Iterator[np.ndarray]:
        """The rows of a set, or `wanted` of them; or its queries, drawn like rows and not among them."""
        clusters = self.clusters(rows, seed)
        left = wanted or rows
        number = 0
        while left > 0:
            # A block is always drawn whole, so that a row does not depend on how many are wanted.
            random = np.random.default_rng([seed, 2 if queries else 1, number])
            taken = random.choice(len(clusters.shares), BLOCK, p=clusters.shares)
            block = clusters.centres[taken] + self.inside.draw(random, clusters.shapes[taken], OWN)
            block /= np.linalg.norm(block, axis=1, keepdims=True)
            yield block[: min(left, BLOCK)]
            left -= BLOCK
            number += 1


def _write(path: pathlib.Path, count: int, dimensions: int, blocks: Iterator[np.ndarray]) -> None:
    out = np.lib.format.open_memmap(path, "w+", np.float32, (count, dimensions))
    start = 0
    for block in blocks:
        out[start : start + len(block)] = block
        start += len(block)
    out.flush()


def paths(rows: int, dimensions: int, queries: int, seed: int = SEED) -> tuple[pathlib.Path, pathlib.Path]:
    """The files of the set and of its queries, made when they are not there."""
    name = f"synthetic-v{VERSION}-{rows}x{dimensions}-s{seed}"
    base, asked = CACHE / f"{name}.npy", CACHE / f"{name}-queries-{queries}.npy"
    if not (base.exists() and asked.exists()):
        say(f"drawing {rows:,} × {dimensions} synthetic vectors")
        recipe = Recipe(real(dimensions))
        cached(base, lambda path: _write(path, rows, dimensions, recipe.blocks(rows, seed)))
        cached(asked, lambda path: _write(path, queries, dimensions, recipe.blocks(rows, seed, queries, queries=True)))
    return base, asked
