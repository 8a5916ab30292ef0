"""Where the sets, the truths and the results of finished parts lie, so that an interrupted run goes on."""

import json
import os
import pathlib
from typing import Any, Callable

import numpy as np

from Benchmarks.common import measure

CACHE = measure.ROOT / ".tmp" / "vectors"


def cached(path: pathlib.Path, make: Callable[[pathlib.Path], None]) -> pathlib.Path:
    """`path`, made under another name first, so that what carries the name is whole."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.stem}.partial{path.suffix}")
        make(partial)
        os.replace(partial, path)
    return path


def cached_array(path: pathlib.Path, make: Callable[[], np.ndarray]) -> np.ndarray:
    return np.load(cached(path, lambda partial: np.save(partial, make())))


def cached_json(path: pathlib.Path, make: Callable[[], Any]) -> Any:
    return json.loads(cached(path, lambda partial: partial.write_text(json.dumps(make(), indent=1))).read_text())


def say(text: str) -> None:
    print(f"glimpse: {text}", flush=True)
