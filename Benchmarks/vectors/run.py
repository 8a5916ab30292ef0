"""Vector search beside faiss-cpu, hnswlib and usearch: the same vectors, the same threads, recall beside every speed.

    .deps/venv/bin/python -m Benchmarks.vectors.run [--rows 1000000] [--only graphs] [--engines Glimpse faiss] [--write]

Vectors, truths, indexes and finished rounds stay in .tmp/vectors, so an interrupted run goes on where it was; another
build of Glimpse is another contestant and measures anew. Delete that folder to begin from the start.
"""

import argparse
import importlib.metadata
import shlex
import sys

from Benchmarks.common import report

from . import synthetic
from .contestants import ALL_GRAPHS_UP_TO, LARGE
from .engines import Set
from .parts import Options, exact, filters, graphs, inserts, opening

PARTS = {
    "exact": lambda data, options: exact.run(data.shape[1], options),
    "graphs": graphs.run,
    "filters": filters.run,
    "opening": opening.run,
    "inserts": inserts.run,
}
TITLES = {"exact": "Exact", "graphs": "HNSW", "filters": "Filters", "opening": "Opening", "inserts": "Inserts"}


def versions() -> str:
    packages = ("faiss-cpu", "hnswlib", "usearch", "numpy")
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)


def introduction(data: Set, arguments: argparse.Namespace) -> str:
    rows, dimensions = data.shape
    text = (f"{rows:,} × {dimensions} synthetic vectors and {arguments.queries:,} queries that are not among them; "
            f"{versions()}; medians of {arguments.rounds} rounds, in which the contestants took turns.")
    if rows > ALL_GRAPHS_UP_TO:
        text += (f" Of the peers' graphs those that matter at this size took part ({', '.join(LARGE)}); all of them do "
                 f"with `--rows {ALL_GRAPHS_UP_TO}`.")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--dimensions", type=int, default=512)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2, help="for building; searches run on one thread (default 2)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--engines", nargs="+", help="only those whose names hold one of these words")
    parser.add_argument("--processor-time", action="store_true",
                        help="graphs: rates by processor time, which a busy machine disturbs less; not to be published")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    arguments = parser.parse_args()

    data = Set(*synthetic.paths(arguments.rows, arguments.dimensions, arguments.queries))
    rate = "queries_per_processor_second" if arguments.processor_time else "queries_per_second"
    options = Options(arguments.k, arguments.threads, arguments.rounds, arguments.engines, rate)
    texts = [introduction(data, arguments)]
    for part in arguments.only:
        text = PARTS[part](data, options)
        if text:
            texts.append(f"### {TITLES[part]}\n\n{text}")
            print(f"\n{texts[-1]}\n", flush=True)
    if arguments.write:
        whole = sys.argv[1:] == ["--write"]
        command = "make bench-vectors" if whole else shlex.join(["scripts/bench-vectors", *sys.argv[1:]])
        report.write("vectors", "\n\n".join(texts), command)


if __name__ == "__main__":
    main()
