"""From opening a saved index to the first answer, in a process that has just started; the file is in the page cache."""

from Benchmarks.common import report

from ..contestants import glimpse_graphs, peer_graphs
from ..engines import Engine, Set
from ..rounds import median, take_turns
from . import Options

EFFORT = 64
MAPPED = "mapped"


def run(data: Set, options: Options) -> str:
    engines = options.chosen([*glimpse_graphs(data.shape[0]), *peer_graphs(data.shape[0])])
    for engine in engines:
        engine.built(data, options.threads)
    rounds = take_turns("opening", data, engines, max(5, options.rounds), f"k {options.k}",
                        lambda engine: measured(engine, data, options.k))
    rows = []
    for engine in engines:
        for way in rounds[0][engine.name]:
            one = median([found[engine.name][way] for found in rounds])
            name = engine.name + (f", {way}" if way else "")
            rows.append([name, f"{one['open_ms']:.1f}", f"{one['first_answer_ms']:.1f}"])
    count, dimensions = data.shape
    return report.table([f"open {count:,} × {dimensions}", "open, ms", "first answer, ms (opening included)"], rows)


def measured(engine: Engine, data: Set, k: int) -> dict[str, dict]:
    """Peers that can map a file instead of reading it are measured in both ways."""
    ways = {"": False}
    if engine.name.startswith(("usearch", "faiss")):
        ways = {"read": False, MAPPED: True}
    return {way: engine.first_answer(data, k, EFFORT, mapped) for way, mapped in ways.items()}
