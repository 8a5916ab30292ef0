"""The contestants as run.py sees them: peers in child processes, and Glimpse as its own command line."""

import hashlib
import importlib.metadata
import json
import os
import pathlib
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace

import numpy as np

from Benchmarks.common import measure

from .files import CACHE, cached_json, say

EF_CONSTRUCTION = 128
PASSES = 6  # of the queries by Glimpse; the first is not counted. The peers go on for worker.AT_LEAST.


@dataclass(frozen=True)
class Set:
    """A file of vectors and one of queries that are not among them."""

    base: pathlib.Path
    queries: pathlib.Path

    @property
    def shape(self) -> tuple[int, int]:
        return np.load(self.base, mmap_mode="r").shape

    def part(self, count: int) -> "Set":
        """The same with the first `count` queries."""
        path = CACHE / f"{self.queries.stem}-first-{count}.npy"
        if not path.exists():
            np.save(path, np.load(self.queries)[:count])
        return Set(self.base, path)


@dataclass
class Answer:
    """`ids` is None where only latencies were asked for."""

    figures: dict
    ids: np.ndarray | None = None


class Engine:
    name: str
    version: str

    @property
    def slug(self) -> str:
        return "".join(letter if letter.isalnum() else "-" for letter in f"{self.name}-{self.version}".lower())

    def index_path(self, data: Set) -> pathlib.Path:
        return CACHE / "indexes" / f"{data.base.stem}--{self.slug}"

    def built(self, data: Set, threads: int) -> dict:
        """The figures of the build, which is done once; the index stays."""
        figures = self.index_path(data).with_suffix(f".build-{threads}.json")
        if not self.index_path(data).exists():
            figures.unlink(missing_ok=True)

        def build() -> dict:
            say(f"building {self.name} on {data.base.stem}")
            self.index_path(data).parent.mkdir(parents=True, exist_ok=True)
            return self.build(data, threads)
        return cached_json(figures, build)

    def build(self, data: Set, threads: int) -> dict:
        raise NotImplementedError

    def open(self, data: Set) -> None:
        """Gets ready to search."""

    def search(self, data: Set, k: int, effort: int, threads: int = 1, allowed: pathlib.Path | None = None,
               batch: bool = True, single: int = 0) -> Answer:
        """`effort`: ef or nprobe. A rate from one call with all queries (`batch`), latencies from `single` calls."""
        raise NotImplementedError

    def first_answer(self, data: Set, k: int, effort: int, mapped: bool) -> dict:
        """open_ms and first_answer_ms of a process that has just started."""
        raise NotImplementedError

    def close(self) -> None:
        pass


class Peer(Engine):
    def __init__(self, name: str, after: "Peer | None" = None):
        self.name, self.after = name, after
        package = {"hnswlib": "hnswlib", "usearch": "usearch", "faiss": "faiss-cpu", "numpy": "numpy"}[name.split()[0]]
        self.version = importlib.metadata.version(package)
        self.child: subprocess.Popen | None = None

    def ask(self, **what) -> dict:
        self.child.stdin.write(json.dumps(what, default=str) + "\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended while asked to {what['do']}")
        return json.loads(line)

    def start(self, threads: int = 1) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
        self.child = subprocess.Popen([sys.executable, "-m", "Benchmarks.vectors.worker", self.name], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=measure.ROOT)

    def build(self, data, threads):
        extra, before = {}, 0.0
        if self.after:
            before = self.after.built(data, threads)["seconds"]
            extra["from"] = self.after.index_path(data)
        self.start(threads)
        partial = self.index_path(data).with_suffix(".partial")
        try:
            with measure.MemoryPeak(self.child.pid) as peak:
                figures = self.ask(do="build", base=data.base, threads=threads, ef_construction=EF_CONSTRUCTION,
                                   output=partial, **extra)
        finally:
            self.close()
        os.replace(partial, self.index_path(data))
        seconds = figures["seconds"] + before
        return {**figures, "seconds": seconds, "vectors_per_second": figures["vectors"] / seconds,
                "peak_memory_bytes": round(peak.mib * 2**20), "threads": threads}

    def load(self, data: Set, **more) -> dict:
        self.start()
        rows, dimensions = data.shape
        return self.ask(do="load", index=self.index_path(data), rows=rows, dimensions=dimensions, **more)

    def open(self, data):
        if not self.child:
            self.load(data)

    def search(self, data, k, effort, threads=1, allowed=None, batch=True, single=0):
        output = CACHE / f"found-{os.getpid()}.npy"
        figures = self.ask(do="search", queries=data.queries, k=k, effort=effort, threads=threads, rows=data.shape[0],
                           filter=allowed, batch=batch, single=single, output=output)
        return Answer(figures, np.load(output) if batch else None)

    def first_answer(self, data, k, effort, mapped):
        self.close()
        try:
            return self.load(data, query=data.queries, k=k, effort=effort, mapped=mapped)
        finally:
            self.close()

    def close(self):
        if self.child:
            self.child.stdin.close()
            self.child.wait()
            self.child = None


@dataclass
class Glimpse(Engine):
    """`building` and `searching` are options of `glimpse vectors build` and `search`; `built_by` names who builds the
    index, where it is not this one."""

    name: str
    kind: str
    building: list[str] = field(default_factory=list)
    searching: list[str] = field(default_factory=list)
    built_by: str | None = None
    binary: pathlib.Path = measure.GLIMPSE

    @property
    def version(self) -> str:
        measure.need(self.binary, "run: make build")
        options = " ".join([self.kind, *self.building])
        return hashlib.sha256(self.binary.read_bytes() + options.encode()).hexdigest()[:12]

    def index_path(self, data):
        return super().index_path(data) if not self.built_by else replace(
            self, name=self.built_by, built_by=None).index_path(data)

    def build(self, data, threads):
        index = self.index_path(data)
        partial = index.with_suffix(".partial")
        # What an interrupted build left, and the indexes of earlier builds of Glimpse, which nobody asks any more.
        earlier = index.parent.glob(index.name.replace(self.version, "?" * len(self.version)))
        for old in [partial, *earlier]:
            shutil.rmtree(old, ignore_errors=True)
        command = [self.binary, "vectors", "build", "--input", data.base, "--kind", self.kind, "--metric", "cosine",
                   "--threads", threads, "--output", partial, "--json", *self.building]
        if self.kind == "hnsw":
            command += ["--m", 16, "--ef-construction", EF_CONSTRUCTION]
        figures = json.loads(measure.run([str(word) for word in command], timeout=7200).output)
        os.replace(partial, index)
        return figures

    def search(self, data, k, effort, threads=1, allowed=None, batch=True, single=0):
        # One pass serves both: it answers one query after the other on each thread and times every one.
        output = CACHE / f"found-{os.getpid()}.npy"
        command = [self.binary, "vectors", "search", "--index", self.index_path(data), "--queries", data.queries,
                   "--k", k, "--threads", threads, "--rounds", PASSES, "--output", output, "--json", *self.searching]
        if self.kind == "hnsw":
            command += ["--ef", effort]
        elif self.kind == "ivf":
            command += ["--nprobe", effort]
        if allowed:
            command += ["--filter", allowed]
        figures = json.loads(measure.run([str(word) for word in command]).output)
        if processor := figures.get("processor_seconds"):
            figures["queries_per_processor_second"] = figures["queries"] * (PASSES - 1) / processor
        return Answer({**figures, "at_start_bytes": 0}, np.load(output))

    def first_answer(self, data, k, effort, mapped):
        return self.search(data.part(1), k, effort).figures
