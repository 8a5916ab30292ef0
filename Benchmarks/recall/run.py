"""Recall and latency through the HTTP API: Flickr8k's dev captions as queries, one after the other.

    .deps/venv/bin/python -m Benchmarks.recall.run [--sample N] [--write]

Starts a release build on a free port over the 1,000 dev pictures, sends each caption to POST /search/text with
top_k 10 and looks for its picture. Beside it stands the recall that the model alone reaches, computed in Python.
"""

import argparse
import csv
import http.client
import json
import os
import pathlib
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field

import numpy as np

from Benchmarks.common import measure, report

sys.path.insert(0, str(measure.ROOT / "scripts"))
from glimpse_server import GlimpseServer  # noqa: E402: the path is set above

CUTS = (1, 5, 10)
TARGET_AT_10 = 63.0


@dataclass
class Answers:
    """Where each caption's picture came (0 is first, None not among the ten), and how long answers took."""

    ranks: list[int | None] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    client_ms: list[float] = field(default_factory=list)

    def recall(self, cut: int) -> float:
        return 100 * sum(rank is not None and rank < cut for rank in self.ranks) / len(self.ranks)


def read_captions(pictures: set[str]) -> list[tuple[str, str]]:
    path = measure.need(measure.SHARED_DATA / "flickr8k-captions.csv", "the benchmarks need ../shared/data")
    with path.open(newline="") as lines:
        return [(row["image"], row["caption"]) for row in csv.DictReader(lines) if row["image"] in pictures]


def ask(server: GlimpseServer, captions: list[tuple[str, str]]) -> Answers:
    answers = Answers()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for image, caption in captions:
        body = json.dumps({"query": caption, "top_k": max(CUTS)})
        start = time.perf_counter()
        connection.request("POST", "/search/text", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        answers.client_ms.append(1000 * (time.perf_counter() - start))
        if response.status != 200:
            sys.exit(f"glimpse: POST /search/text answered {response.status}: {content[:300]!r}")
        found = json.loads(content)
        names = [hit["file_name"] for hit in found["results"]]
        answers.ranks.append(names.index(image) if image in names else None)
        answers.server_ms.append(found["query_ms"])
    connection.close()
    return answers


def offline_recall(folder: pathlib.Path, captions: list[tuple[str, str]]) -> dict[int, float]:
    from Benchmarks.recall import offline

    threads = len(os.sched_getaffinity(0))
    paths = sorted(folder.rglob("*.jpg"))
    position = {path.name: index for index, path in enumerate(paths)}
    manifest = json.loads((measure.MODEL / "model.json").read_text())
    images = offline.image_vectors(paths, measure.MODEL, threads)
    texts = offline.text_vectors([caption for _, caption in captions], measure.MODEL, manifest)
    ranks = offline.ranks(texts, images, np.array([position[image] for image, _ in captions]))
    return {cut: 100 * float((ranks < cut).mean()) for cut in CUTS}


def as_tables(answers: Answers, offline: dict[int, float]) -> str:
    recall = report.table(
        ["text → image, %", *(f"R@{cut}" for cut in CUTS)],
        [
            ["Glimpse through HTTP", *(f"{answers.recall(cut):.1f}" for cut in CUTS)],
            ["the model alone (Pillow, onnxruntime, numpy)", *(f"{offline[cut]:.1f}" for cut in CUTS)],
        ],
    )
    latency = report.table(
        ["one text query, ms", "p50", "p95", "p99"],
        [
            [name, *(f"{measure.percentile(values, percent):.1f}" for percent in (50, 95, 99))]
            for name, values in (("`query_ms` (server)", answers.server_ms), ("client", answers.client_ms))
        ],
    )
    return f"{len(answers.ranks):,} captions over 1,000 pictures.\n\n{recall}\n\n{latency}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, help="only N captions, drawn with --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    arguments = parser.parse_args()
    measure.need(measure.MODEL / "model.json", "train or restore Models/glimpse-mini")
    measure.need(measure.GLIMPSE, "run: make build")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    with tempfile.TemporaryDirectory(prefix="glimpse-bench-") as work_name:
        work = pathlib.Path(work_name)
        folder = measure.unpack_flickr8k(work / "pictures", ("dev",))
        captions = read_captions({path.name for path in folder.rglob("*.jpg")})
        if arguments.sample:
            captions = random.Random(arguments.seed).sample(captions, arguments.sample)
        offline = offline_recall(folder, captions)
        with GlimpseServer(measure.GLIMPSE, folder, work / "home", work / "server.log") as server:
            server.wait_until_indexed(seconds=600)
            ask(server, captions[:20])  # the model is loaded by the first query; that is not what is measured
            answers = ask(server, captions)

    found = as_tables(answers, offline)
    print(found)
    if arguments.write:
        report.write("recall", found, "make bench")
    if answers.recall(10) < TARGET_AT_10:
        sys.exit(f"glimpse: R@10 is {answers.recall(10):.1f}, below the {TARGET_AT_10:.0f} that is promised.")


if __name__ == "__main__":
    main()
