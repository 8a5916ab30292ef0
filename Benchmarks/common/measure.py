"""What the benchmarks share: pictures to work on, a process with its peak memory, the machine in words."""

import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tarfile
import threading
import time
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED_DATA = ROOT.parent / "shared" / "data"
MODEL = ROOT / "Models" / "glimpse-mini"
GLIMPSE = ROOT / ".build" / "release" / "glimpse"


def need(path: pathlib.Path, way_out: str) -> pathlib.Path:
    """`path` when it exists; otherwise ends with one sentence."""
    if not path.exists():
        sys.exit(f"glimpse: {os.path.relpath(path)} is missing; {way_out}.")
    return path


def unpack_flickr8k(folder: pathlib.Path, parts: tuple[str, ...]) -> pathlib.Path:
    """Unpacks the parts (`train`, `dev`) into `folder`, which leaves them in the page cache as well."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in parts:
        archive = need(SHARED_DATA / f"flickr8k-{part}.tar", "the benchmarks need ../shared/data")
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    return folder


@dataclass
class Finished:
    seconds: float
    peak_mib: float
    output: str


class MemoryPeak:
    """The largest memory of a process and its descendants together, sampled four times a second: ten times
    took some percent of the processor from those with many threads.

    Memory is PSS: pages shared between processes are counted once, so a pool of workers is neither favoured
    nor charged twice.
    """

    def __init__(self, pid: int):
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.mib = 0.0

    def __enter__(self) -> "MemoryPeak":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._over.wait(0.25):
            total = sum(_pss_kib(pid) for pid in _tree(self._pid))
            self.mib = max(self.mib, total / 1024)


def run(command: list[str], environment: dict[str, str] | None = None, timeout: float = 3600) -> Finished:
    """Runs the command to its end; ends this program with its last lines when it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with MemoryPeak(process.pid) as peak:
        try:
            output, errors = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        last = "\n".join(errors.splitlines()[-15:])
        sys.exit(f"glimpse: {' '.join(command)} ended with status {process.returncode}:\n{last}")
    return Finished(seconds, peak.mib, output)


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


def machine() -> str:
    """The processor, its cores and the system, in one line."""
    model = next(
        (line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")),
        platform.machine(),
    )
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores, Linux {platform.release()}, Python {platform.python_version()}"


def revision() -> str:
    """The commit that was measured, with a + when the tree differed from it."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return described.stdout.strip() or "unknown"


def _tree(root: int) -> list[int]:
    pids, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        pids.append(pid)
        for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                waiting.extend(int(child) for child in children.read_text().split())
            except OSError:
                continue
    return pids


def _pss_kib(pid: int) -> int:
    try:
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
