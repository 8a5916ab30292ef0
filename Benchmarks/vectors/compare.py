"""Exact search: Glimpse's FlatIndex beside faiss-cpu IndexFlatIP and numpy, same vectors, one thread, one run.

    swift build -c release --product vector-bench
    scripts/deps bench
    .deps/venv/bin/python Benchmarks/vectors/compare.py --rows 76462 100000

Rounds take turns (ours, faiss, numpy, ours, ...), so that all meet the same machine. Prints a Markdown table: the
thread's processor time, which other programs on the machine disturb least, and the time on the wall.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import faiss  # noqa: E402
import numpy as np  # noqa: E402

FILTERS = (0.5, 0.1, 0.01, 0.001)


class Glimpse:
    """The child process; see vector-bench/VectorBench.swift."""

    def __init__(self, binary, base, queries, k, folder):
        base.tofile(os.path.join(folder, "base.f32"))
        queries.tofile(os.path.join(folder, "queries.f32"))
        self.child = subprocess.Popen(
            [binary, f"{folder}/base.f32", f"{folder}/queries.f32", str(base.shape[1]), str(k), "1"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()
        answer = json.loads(self.child.stdout.readline())
        return [(time["wall"], time["processor"]) for time in answer["times"]], answer["ids"]


def unit_vectors(generator, rows, dimensions):
    vectors = generator.standard_normal((rows, dimensions), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def timed(queries, search):
    times, ids = [], []
    for query in queries:
        wall, processor = time.perf_counter(), time.thread_time()
        found = search(query)
        times.append(((time.perf_counter() - wall) * 1000, (time.thread_time() - processor) * 1000))
        ids.append(list(found))
    return times, ids


def numpy_search(base, k):
    def search(query):
        scores = base @ query
        nearest = np.argpartition(-scores, k)[:k]
        return nearest[np.argsort(-scores[nearest])]
    return search


def recall(found, truth):
    return sum(len(set(f) & set(t)) for f, t in zip(found, truth)) / sum(map(len, truth))


def print_row(rows, dimensions, name, times, found, ours):
    """`times`: pairs (wall, processor) in milliseconds; `ours`: our median processor time."""
    wall, processor = np.array(times).T
    p50 = np.median(processor)
    print(f"| {rows:,} × {dimensions} | {name} | {p50:.2f} | {processor.min():.2f} | {np.median(wall):.2f} "
          f"| {np.percentile(wall, 95):.2f} | {found} | {p50 / ours:.2f} |", flush=True)


def compare(binary, rows, dimensions, count, k, rounds):
    generator = np.random.default_rng(20261121)
    base, queries = unit_vectors(generator, rows, dimensions), unit_vectors(generator, count, dimensions)
    index = faiss.IndexFlatIP(dimensions)
    index.add(base)
    truth = np.argsort(-(queries.astype(np.float64) @ base.T.astype(np.float64)), axis=1)[:, :k].tolist()
    with tempfile.TemporaryDirectory() as folder:
        glimpse = Glimpse(binary, base, queries, k, folder)
        engines = {
            "Glimpse FlatIndex": lambda: glimpse.ask("search 1"),
            "faiss-cpu IndexFlatIP": lambda: timed(queries, lambda q: index.search(q[None], k)[1][0]),
            "numpy": lambda: timed(queries, numpy_search(base, k)),
        }
        times = {name: [] for name in engines}
        recalls = {}
        for turn in range(rounds + 1):
            for name, run in engines.items():
                measured, ids = run()
                if turn > 0:  # the first turn warms up
                    times[name] += measured
                recalls[name] = recall(ids, truth)
        ours = np.median(times["Glimpse FlatIndex"], axis=0)[1]
        for name, values in times.items():
            print_row(rows, dimensions, name, values, f"{recalls[name]:.4f}", ours)
        for share in FILTERS:
            values = sum((glimpse.ask(f"search {share}")[0] for _ in range(rounds)), [])
            print_row(rows, dimensions, f"Glimpse, filter keeps {share:.1%}", values, "–", ours)
        saves = [glimpse.ask("snapshot")[0] for _ in range(3)]
        for name, times in zip(("save", "load"), np.moveaxis(np.array(saves), 0, 1)):
            print_row(rows, dimensions, f"Glimpse, {name} a snapshot", times, "–", ours)
        glimpse.child.stdin.close()
        glimpse.child.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/vector-bench")
    parser.add_argument("--rows", type=int, nargs="+", default=[76462, 100000])
    parser.add_argument("--dimensions", type=int, default=512)
    parser.add_argument("--queries", type=int, default=10)
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    faiss.omp_set_num_threads(1)
    print(f"faiss-cpu {faiss.__version__} ({faiss.get_compile_options().strip()}), numpy {np.__version__}, "
          f"k = {options.k}, {options.queries} queries × {options.rounds} rounds, one thread\n")
    print("| vectors | engine | CPU p50 ms | CPU best ms | wall p50 ms | wall p95 ms | recall@10 | CPU p50 ÷ ours |")
    print("|---|---|---|---|---|---|---|---|")
    for rows in options.rows:
        compare(options.binary, rows, options.dimensions, options.queries, options.k, options.rounds)


if __name__ == "__main__":
    main()
