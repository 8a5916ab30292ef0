"""Indexing, side by side: the Python reference in its variants and `glimpse index`, in turn, on the same pictures.

    .deps/venv/bin/python -m Benchmarks.index.run [--limit N] [--rounds N] [--write]

Ours is timed from the start of the process to its end, model loading and closing included; the reference's clock
starts after its imports and model loading. Memory is the peak of the process with its children.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile
from dataclasses import dataclass, field

from Benchmarks.common import measure, report

VARIANTS = ("serial", "threads", "processes")
OURS = "Glimpse"


@dataclass
class Results:
    """The runs of one contestant."""

    rates: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)
    pictures: int = 0

    def add(self, pictures: int, seconds: float, peak_mib: float) -> None:
        self.rates.append(pictures / seconds)
        self.peaks.append(peak_mib)
        self.pictures = pictures

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)


def run_reference(variant: str, pictures: pathlib.Path, home: pathlib.Path, threads: int, results: Results) -> None:
    script = measure.ROOT / "Benchmarks/index/reference.py"
    command = [sys.executable, str(script), str(pictures), "--model", str(measure.MODEL), "--home", str(home)]
    finished = measure.run([*command, "--threads", str(threads), "--variant", variant])
    figures = json.loads(finished.output.splitlines()[-1])
    results.add(figures["pictures"], figures["seconds"], finished.peak_mib)


def run_glimpse(pictures: pathlib.Path, home: pathlib.Path, results: Results) -> None:
    environment = {"GLIMPSE_HOME": str(home)}
    finished = measure.run([str(measure.GLIMPSE), "index", str(pictures)], environment)
    status = json.loads(measure.run([str(measure.GLIMPSE), "status", "--json"], environment).output)
    results.add(status["photos"], finished.seconds, finished.peak_mib)


def print_progress(name: str, results: Results) -> None:
    line = f"{name:28} {results.pictures:6} pictures {results.rates[-1]:8.1f}/s {results.peaks[-1]:8.0f} MiB"
    print(line, file=sys.stderr, flush=True)


def as_table(contestants: dict[str, Results]) -> str:
    rows = []
    ours = contestants[OURS].rate
    for name, results in contestants.items():
        spread = f"{min(results.rates):.0f} … {max(results.rates):.0f}"
        ratio = "–" if name == OURS else f"{ours / results.rate:.2f}×"
        rows.append(
            [name, str(results.pictures), f"{results.rate:.0f}", spread, f"{max(results.peaks):.0f}", ratio]
        )
    header = ["", "pictures", "pictures/s, median", "range", "peak memory, MiB", "Glimpse is faster by"]
    return report.table(header, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, help="only the first N pictures")
    parser.add_argument("--rounds", type=int, default=2, help="how often each runs, in turn (default 2)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    arguments = parser.parse_args()
    measure.need(measure.MODEL / "model.json", "train or restore Models/glimpse-mini")
    measure.need(measure.GLIMPSE, "run: make build")

    names = {f"Python reference, {variant}": variant for variant in VARIANTS}
    contestants = {name: Results() for name in (*names, OURS)}
    with tempfile.TemporaryDirectory(prefix="glimpse-bench-") as work_name:
        work = pathlib.Path(work_name)
        pictures = measure.unpack_flickr8k(work / "pictures", ("train", "dev"))
        if arguments.limit:
            for path in sorted(pictures.rglob("*.jpg"))[arguments.limit:]:
                path.unlink()
        for round_ in range(arguments.rounds):
            for number, (name, results) in enumerate(contestants.items()):
                # Nothing is removed before the end: for minutes after a removal of thousands of files, ext4 takes
                # longer to make new ones, and those who come later would pay for those who came first.
                home = work / f"home-{round_}-{number}"
                if name == OURS:
                    run_glimpse(pictures, home, results)
                else:
                    run_reference(names[name], pictures, home, arguments.threads, results)
                print_progress(name, results)

    found = as_table(contestants)
    print(found)
    if len({results.pictures for results in contestants.values()}) > 1:
        sys.exit("glimpse: the contestants stored different numbers of pictures, so the rates do not compare.")
    if arguments.write:
        report.write("index", found, "make bench")


if __name__ == "__main__":
    main()
