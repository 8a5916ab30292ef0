"""Inserts while searching: the times of searches alone and with a writer beside them, by insert-bench (Swift)."""

import json
import subprocess

from Benchmarks.common import report

from ..engines import Set
from . import Options

BINARY = ".build/release/insert-bench"
# The rows behind the first nine tenths are written, this many a second, for as long as searches are timed.
FIRST = 0.9
RATES = (100, 1000)
SECONDS = 15


def run(data: Set, options: Options) -> str | None:
    count, dimensions = data.shape
    first = int(count * FIRST)
    rows = []
    for rate in RATES:
        command = [BINARY, str(data.base), str(data.queries), str(first), str(rate), str(SECONDS)]
        figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        alone, inserting = figures["alone"], figures["inserting"]
        rows.append([f"{rate:,} asked, {figures['inserted'] / SECONDS:,.0f} done", f"{alone['p50']:.3f}",
                     f"{alone['p99']:.3f}", f"{inserting['p50']:.3f}", f"{inserting['p99']:.3f}",
                     f"{inserting['p99'] / alone['p99']:.2f}", f"{figures['waiting']:,}"])
    head = [f"inserts a second into {first:,} × {dimensions}", "alone: p50, ms", "p99, ms", "inserting: p50, ms",
            "p99, ms", "p99 ÷ alone", "waiting at the end"]
    return report.table(head, rows)
