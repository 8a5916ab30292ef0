"""The exact nearest rows, and recall against them."""

import hashlib
import pathlib

import numpy as np

from .files import CACHE, cached, say

BLOCK = 65_536
TIE = 1e-6


def truth_scores(base: pathlib.Path, queries: pathlib.Path, k: int, allowed: np.ndarray | None = None) -> np.ndarray:
    """The score of the k-th nearest row of each query among the `allowed` (ascending numbers) or all; cached."""
    rows = "all" if allowed is None else hashlib.sha256(allowed.tobytes()).hexdigest()[:12]
    path = CACHE / "truth" / f"{base.stem}--{queries.stem}-k{k}-{rows}.npy"
    return np.load(cached(path, lambda partial: np.save(partial, _nearest(base, queries, k, allowed)[:, -1])))


def _nearest(base: pathlib.Path, queries: pathlib.Path, k: int, allowed: np.ndarray | None) -> np.ndarray:
    """The k highest scores of each query, descending. Fewer where fewer rows are allowed."""
    vectors, asked = np.load(base, mmap_mode="r"), np.load(queries)
    count = len(vectors) if allowed is None else len(allowed)
    if allowed is None and len(asked) * count > 1e8:
        say(f"exact search: {len(asked):,} queries in {count:,} vectors")
    best = np.empty((len(asked), 0), np.float32)
    for start in range(0, count, BLOCK):
        end = min(start + BLOCK, count)
        block = vectors[start:end] if allowed is None else vectors[allowed[start:end]]
        best = np.concatenate([best, asked @ np.asarray(block).T], axis=1)
        if best.shape[1] > k:
            best = np.partition(best, best.shape[1] - k, axis=1)[:, -k:]
    return -np.sort(-best, axis=1)


def recall(found: np.ndarray, base: pathlib.Path, queries: pathlib.Path, worst: np.ndarray, k: int,
           allowed: np.ndarray | None = None) -> float:
    """The share of the k nearest that were found. A row counts when it scores as high as the true k-th, so that it
    does not matter which of several equal rows is found; a row found twice counts once, one not allowed not at all."""
    vectors, asked = np.load(base, mmap_mode="r"), np.load(queries)
    wanted = min(k, len(vectors) if allowed is None else len(allowed))
    valid = found >= 0
    safe = np.where(valid, found, 0)
    numbers, place = np.unique(safe, return_inverse=True)
    near = np.asarray(vectors[numbers])[place.reshape(safe.shape)]
    scores = np.einsum("qkd,qd->qk", near, asked)
    good = valid & (scores >= worst[:, None] - TIE)
    if allowed is not None:
        good &= np.isin(safe, allowed)
    hits = sum(min(wanted, len(set(row[fine]))) for row, fine in zip(found, good))
    return hits / (wanted * len(asked))
