"""The embeddings of all pictures in ../shared/data, made by `glimpse index` and read out of its catalogue.

    .deps/venv/bin/python -m Benchmarks.vectors.embeddings [--dimensions 512]

The built-in model gives 768 numbers; fewer are the first principal axes, which keep most of what there is, scaled
back to length 1.
"""

import argparse
import pathlib
import sqlite3
import tarfile
import tempfile

import numpy as np

from Benchmarks.common import measure

from .files import CACHE, cached, cached_array, say


def unpack(folder: pathlib.Path) -> None:
    archives = sorted(measure.SHARED_DATA.glob("*.tar"))
    measure.need(archives[0] if archives else measure.SHARED_DATA, "the benchmark needs the pictures of ../shared/data")
    for archive in archives:
        with tarfile.open(archive) as tar:
            tar.extractall(folder / archive.stem, filter="data")


def read_catalogue(home: pathlib.Path) -> np.ndarray:
    databases = [path for path in home.rglob("*") if path.is_file() and path.open("rb").read(15) == b"SQLite format 3"]
    for path in databases:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            if not database.execute("select 1 from sqlite_master where name = 'embeddings'").fetchone():
                continue
            # By path, so that the order is that of the pictures and not of the workers that read them.
            rows = database.execute(
                "select vector from embeddings join items on items.id = item_id"
                " join folders on folders.id = folder_id order by folders.path, file_name"
            ).fetchall()
            return np.stack([np.frombuffer(vector, "<f4") for (vector,) in rows])
    raise SystemExit("glimpse: the catalogue holds no embeddings; did `glimpse index` find pictures?")


def embed(path: pathlib.Path) -> None:
    measure.need(measure.GLIMPSE, "run: make build")
    with tempfile.TemporaryDirectory(prefix="glimpse-bench-") as work_name:
        work = pathlib.Path(work_name)
        say("embedding the pictures of ../shared/data (some minutes)")
        unpack(work / "pictures")
        environment = {"GLIMPSE_HOME": str(work / "home")}
        measure.run([str(measure.GLIMPSE), "index", str(work / "pictures")], environment)
        np.save(path, read_catalogue(work / "home"))


def principal(vectors: np.ndarray, dimensions: int) -> tuple[np.ndarray, float]:
    """The vectors along their first axes, of length 1 again, and the mean share of the squared length kept."""
    full = vectors.astype(np.float64)
    _, axes = np.linalg.eigh(full.T @ full)
    reduced = full @ axes[:, ::-1][:, :dimensions]
    lengths = np.linalg.norm(reduced, axis=1, keepdims=True)
    kept = float(np.mean((lengths[:, 0] / np.linalg.norm(full, axis=1)) ** 2))
    return np.ascontiguousarray(reduced / lengths, dtype=np.float32), kept


def real(dimensions: int) -> np.ndarray:
    """All embeddings, in `dimensions` numbers each, of length 1."""
    full = np.load(cached(CACHE / "real.npy", embed))
    if dimensions > full.shape[1]:
        raise SystemExit(f"glimpse: the model's embeddings have {full.shape[1]} dimensions; ask for no more.")
    if dimensions == full.shape[1]:
        return full / np.linalg.norm(full, axis=1, keepdims=True)
    return cached_array(CACHE / f"real-{dimensions}.npy", lambda: principal(full, dimensions)[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dimensions", type=int, default=512)
    dimensions = parser.parse_args().dimensions
    vectors = real(dimensions)
    full = np.load(CACHE / "real.npy")
    kept = principal(full, dimensions)[1]
    print(f"{len(full):,} embeddings of {full.shape[1]} dimensions; {dimensions} axes keep {kept:.2%}; {vectors.dtype}")


if __name__ == "__main__":
    main()
