"""One peer in a process of its own, which reads one JSON object a line and answers with one:

    python -m Benchmarks.vectors.worker hnswlib

so that memory is that of one engine and rounds can take turns. Queries are asked in one call where a rate is measured,
one a call where a latency is. Times are those of the library's calls alone.
"""

import importlib
import json
import os
import pathlib
import sys
import time

import numpy as np

from .peers import PEERS

AT_LEAST = 0.7  # seconds for which a rate is measured


def memory() -> dict[str, int]:
    status = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
    return {"memory_bytes": int(status["VmRSS"].split()[0]) * 1024,
            "anonymous_bytes": int(status["RssAnon"].split()[0]) * 1024}


class Worker:
    def __init__(self, name: str):
        self.peer = PEERS[name]()
        self.at_start = {}

    def build(self, ask: dict) -> dict:
        base = np.load(ask["base"], mmap_mode="r")
        base[: len(base) : 997].sum()  # not to pay for a cold file alone
        start = time.perf_counter()
        self.peer.add(base, ask)
        seconds = time.perf_counter() - start
        self.peer.save(ask["output"])
        return {"seconds": seconds, "vectors": len(base), "file_bytes": os.path.getsize(ask["output"])}

    def load(self, ask: dict) -> dict:
        importlib.import_module(self.peer.library)
        self.at_start = memory()
        self.peer.dimensions = ask["dimensions"]
        query = np.load(ask["query"])[:1] if "query" in ask else None
        start = time.perf_counter()
        self.peer.load(ask["index"], ask.get("mapped", False))
        opened = time.perf_counter() - start
        answer = {"open_ms": opened * 1000}
        if query is not None:
            self.peer.prepare(ask["effort"], 1, None, ask["rows"])
            self.peer.search(query, ask["k"])
            answer["first_answer_ms"] = (time.perf_counter() - start) * 1000
        return answer

    def search(self, ask: dict) -> dict:
        queries = np.load(ask["queries"])
        allowed = np.load(ask["filter"]) if ask.get("filter") else None
        self.peer.prepare(ask["effort"], ask["threads"], allowed, ask["rows"])
        k, single = ask["k"], ask["single"]
        answer = {}
        if ask["batch"]:
            found = self.peer.search(queries, k)  # not counted: it warms up
            start, processor = time.perf_counter(), time.process_time()
            passes = 0
            while passes == 0 or time.perf_counter() - start < AT_LEAST:
                self.peer.search(queries, k)
                passes += 1
            answer["queries_per_second"] = passes * len(queries) / (time.perf_counter() - start)
            answer["queries_per_processor_second"] = passes * len(queries) / (time.process_time() - processor)
            np.save(ask["output"], found)
        times = []
        for number in range(single):
            query = queries[number % len(queries)][None]
            start = time.perf_counter()
            self.peer.search(query, k)
            times.append((time.perf_counter() - start) * 1000)
        if times:
            answer |= dict(zip(("p50_ms", "p95_ms", "p99_ms"), np.percentile(times, (50, 95, 99)).tolist()))
        return answer | memory() | {"at_start_bytes": self.at_start.get("memory_bytes", 0)}


def main() -> None:
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        ask = json.loads(line)
        print(json.dumps(getattr(worker, ask.pop("do"))(ask)), flush=True)


if __name__ == "__main__":
    main()
