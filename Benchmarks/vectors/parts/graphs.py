"""HNSW: the rate at equal recall on one thread, the build, the memory."""

from Benchmarks.common import report

from ..contestants import glimpse_graphs, peer_graphs
from ..engines import EF_CONSTRUCTION, Engine, Set
from ..rounds import at_recall, first_reaching, median_points, sweep, take_turns
from . import Options, best, number, ratio

TARGETS = (0.95, 0.99)
COMPARED_EF = 16


def contestants(data: Set, options: Options) -> list[Engine]:
    return options.chosen([*glimpse_graphs(data.shape[0]), *peer_graphs(data.shape[0])])


def run(data: Set, options: Options) -> str:
    engines = contestants(data, options)
    builds = {engine.name: engine.built(data, options.threads) for engine in engines}
    rounds = take_turns("graphs", data, engines, options.rounds, f"k {options.k}",
                        lambda engine: sweep(engine, data, options.k, single=300))
    points = {engine.name: median_points(rounds, engine.name) for engine in engines}
    return "\n\n".join([speed(points, options), build(builds, points, options), memory(points), curves(points, options)])


def speed(points: dict[str, list[dict]], options: Options) -> str:
    rates = {name: [at_recall(one, target, options.rate) for target in TARGETS] for name, one in points.items()}
    peers = [best(value[at] for name, value in rates.items() if not name.startswith("Glimpse"))
             for at in range(len(TARGETS))]
    rows = []
    for name, values in rates.items():
        row = [name]
        for at, target in enumerate(TARGETS):
            reached = first_reaching(points[name], target)
            most = max(point["recall"] for point in points[name])
            row += [number(values[at]) if reached else f"– (recall at most {most:.3f})",
                    effort(reached, points[name][0]), ratio(values[at], peers[at])]
        last = first_reaching(points[name], TARGETS[-1])
        rows.append([*row, f"{last['p50_ms']:.3f}" if last else "–"])
    per = "queries/s of processor time" if "processor" in options.rate else "queries/s"
    header = ["HNSW, one thread"]
    for target in TARGETS:
        header += [f"{per} at recall@{options.k} = {target:.2f}", "ef reaching it", "÷ best peer"]
    return report.table([*header, "p50 ms of single calls at .99"], rows)


def effort(reached: dict | None, least: dict) -> str:
    if reached is None:
        return "–"
    return f"{reached['effort']:.0f}" + (f" (recall {reached['recall']:.3f})" if reached is least else "")


def build(builds: dict[str, dict], points: dict[str, list[dict]], options: Options) -> str:
    peers = best(figures["vectors_per_second"] for name, figures in builds.items() if not name.startswith("Glimpse"))
    rows = []
    for name, figures in builds.items():
        recall = next((point["recall"] for point in points[name] if point["effort"] == COMPARED_EF), None)
        rows.append([
            name, f"{figures['seconds']:.1f}", number(figures["vectors_per_second"]),
            ratio(figures["vectors_per_second"], peers), "–" if recall is None else f"{recall:.4f}",
            f"{figures['file_bytes'] / 2**20:,.0f}", f"{figures['peak_memory_bytes'] / 2**20:,.0f}"])
    return report.table(
        [f"build, {options.threads} threads, M = 16, efConstruction = {EF_CONSTRUCTION}", "seconds", "vectors/s",
         "÷ best peer", f"recall@{options.k} at ef = {COMPARED_EF}", "file, MiB", "peak memory, MiB"], rows)


def memory(points: dict[str, list[dict]]) -> str:
    reached = {name: point for name, one in points.items() if (point := first_reaching(one, TARGETS[-1]))}
    against = reached.get("hnswlib")
    rows = [[name, f"{point['recall']:.4f}", f"{point['memory_bytes'] / 2**20:,.0f}",
             f"{point['anonymous_bytes'] / 2**20:,.0f}", f"{point['at_start_bytes'] / 2**20:,.0f}",
             ratio(index_memory(point), index_memory(against) if against else None)]
            for name, point in reached.items()]
    return report.table(["memory after searching at recall ≥ .99", "recall", "resident, MiB", "of it not file-backed",
                         "resident before loading (Python)", "index ÷ hnswlib's"], rows)


def index_memory(point: dict) -> float:
    """Python and its libraries are not the index's fault; of Glimpse's process all counts."""
    return point["memory_bytes"] - point["at_start_bytes"]


def curves(points: dict[str, list[dict]], options: Options) -> str:
    all_efforts = sorted({point["effort"] for one in points.values() for point in one})
    rows = []
    for name, one in points.items():
        by_effort = {point["effort"]: point for point in one}
        rows.append([name, *(
            f"{by_effort[effort]['recall']:.4f} {number(by_effort[effort][options.rate])}"
            if effort in by_effort else "" for effort in all_efforts)])
    return report.table(["recall, queries/s for ef =", *(f"{effort:.0f}" for effort in all_efforts)], rows)
