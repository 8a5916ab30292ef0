"""The Python peer for indexing: Pillow + onnxruntime + sqlite3, the same model, the same work per picture.

Written as a competent engineer would write an indexing script, in three variants so that nobody has to ask for a
stronger one:

serial     decode a batch, embed it, store it, one after the other (onnxruntime uses all threads)
threads    a pool of N threads decodes ahead while the model runs (Pillow releases the GIL in its C loops)
processes  a pool of N processes decodes ahead: no GIL at all

Prints one JSON object. The clock starts when imports are done and the model is loaded.
"""

import argparse
import concurrent.futures
import hashlib
import io
import itertools
import json
import pathlib
import resource
import sqlite3
import time
from dataclasses import dataclass
from typing import Callable, Iterable, Iterator

import imagehash
import numpy as np
import onnxruntime
from PIL import Image, ImageOps

BATCH = 16
THUMBNAIL_EDGE = 400
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"}
INTERPOLATION = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}


@dataclass(frozen=True)
class Preprocessing:
    """The `image` part of a model.json that decoding needs."""

    size: int
    resize: str
    interpolation: str
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def of(cls, manifest: dict) -> "Preprocessing":
        image = manifest["image"]
        return cls(image["size"], image["resize"], image["interpolation"], tuple(image["mean"]), tuple(image["std"]))

    def __call__(self, picture: Image.Image) -> np.ndarray:
        """float32 [3, size, size], scaled to 0…1 and normalised."""
        filter_ = INTERPOLATION[self.interpolation]
        if self.resize == "squash":
            picture = picture.resize((self.size, self.size), filter_)
        else:
            picture = ImageOps.fit(picture, (self.size, self.size), filter_)
        pixels = np.asarray(picture, np.float32) / 255
        return ((pixels - np.float32(self.mean)) / np.float32(self.std)).transpose(2, 0, 1)


@dataclass
class Decoded:
    path: str
    bytes: int
    sha256: str
    width: int
    height: int
    exif: str
    phash: bytes
    pixels: np.ndarray
    thumbnail: bytes


def decode(path: str, preprocessing: Preprocessing) -> Decoded | None:
    """Everything that one file gives; None when it cannot be read."""
    try:
        data = pathlib.Path(path).read_bytes()
        picture = Image.open(io.BytesIO(data))
        exif = picture.getexif()
        fields = {str(tag): str(value) for tag, value in {**exif, **exif.get_ifd(0x8769), **exif.get_ifd(0x8825)}.items()}
        width, height = picture.size
        if exif.get(0x0112, 1) >= 5:
            width, height = height, width
        edge = max(THUMBNAIL_EDGE, preprocessing.size)
        picture.draft("RGB", (edge, edge))
        picture = ImageOps.exif_transpose(picture).convert("RGB")
        phash = np.packbits(imagehash.phash(picture, hash_size=16).hash).tobytes()
        pixels = preprocessing(picture)
        picture.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
        thumbnail = io.BytesIO()
        picture.save(thumbnail, "JPEG", quality=80)
    except Exception:  # noqa: BLE001: whatever is wrong with a file, the run goes on
        return None
    digest = hashlib.sha256(data).hexdigest()
    return Decoded(
        path, len(data), digest, width, height, json.dumps(fields), phash, pixels, thumbnail.getvalue()
    )


def decode_serially(paths: list[str], preprocessing: Preprocessing, _: int) -> Iterator[Decoded | None]:
    return (decode(path, preprocessing) for path in paths)


def decode_ahead(
    executor: type[concurrent.futures.Executor],
) -> Callable[[list[str], Preprocessing, int], Iterator[Decoded | None]]:
    """A pool that is always a few batches ahead of the model, and no more, so that memory stays flat."""

    def run(paths: list[str], preprocessing: Preprocessing, workers: int) -> Iterator[Decoded | None]:
        with executor(workers) as pool:
            waiting: list[concurrent.futures.Future] = []
            rest = iter(paths)
            for path in itertools.islice(rest, 4 * BATCH):
                waiting.append(pool.submit(decode, path, preprocessing))
            while waiting:
                yield waiting.pop(0).result()
                for path in itertools.islice(rest, 1):
                    waiting.append(pool.submit(decode, path, preprocessing))

    return run


VARIANTS = {
    "serial": decode_serially,
    "threads": decode_ahead(concurrent.futures.ThreadPoolExecutor),
    "processes": decode_ahead(concurrent.futures.ProcessPoolExecutor),
}


class Embedder:
    def __init__(self, folder: pathlib.Path, threads: int):
        self.manifest = json.loads((folder / "model.json").read_text())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            folder / self.manifest["image"]["file"], options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, pictures: list[np.ndarray]) -> np.ndarray:
        image = self.manifest["image"]
        (vectors,) = self._session.run([image["output"]], {image["input"]: np.stack(pictures)})
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Store:
    """SQLite as durable as the catalogue's: WAL, one transaction a batch. Thumbnails are files."""

    def __init__(self, folder: pathlib.Path):
        folder.mkdir(parents=True, exist_ok=True)
        self._thumbnails = folder / "thumbnails"
        self._thumbnails.mkdir(exist_ok=True)
        self._database = sqlite3.connect(folder / "reference.db", isolation_level=None)
        self._database.execute("pragma journal_mode = wal")
        self._database.execute("pragma synchronous = normal")
        self._database.execute(
            "create table if not exists item (id integer primary key, path text unique, bytes integer, sha256 text,"
            " width integer, height integer, exif text, phash blob, embedding blob)"
        )

    def add(self, batch: list[Decoded], embeddings: np.ndarray) -> None:
        rows = [
            (one.path, one.bytes, one.sha256, one.width, one.height, one.exif, one.phash, vector.tobytes())
            for one, vector in zip(batch, embeddings)
        ]
        for one in batch:
            (self._thumbnails / f"{one.sha256}.jpg").write_bytes(one.thumbnail)
        self._database.execute("begin")
        self._database.executemany(
            "insert or replace into item (path, bytes, sha256, width, height, exif, phash, embedding)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        self._database.execute("commit")


def batches(decoded: Iterable[Decoded | None]) -> Iterator[list[Decoded]]:
    readable = (one for one in decoded if one is not None)
    while batch := list(itertools.islice(readable, BATCH)):
        yield batch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="the pictures")
    parser.add_argument("--model", type=pathlib.Path, required=True, help="a folder with a model.json")
    parser.add_argument("--home", type=pathlib.Path, required=True, help="where database and thumbnails go")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--variant", choices=VARIANTS, default="threads")
    arguments = parser.parse_args()

    embed = Embedder(arguments.model, arguments.threads)
    store = Store(arguments.home)
    preprocessing = Preprocessing.of(embed.manifest)

    start = time.perf_counter()
    paths = sorted(str(path) for path in arguments.folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    stored = 0
    for batch in batches(VARIANTS[arguments.variant](paths, preprocessing, arguments.threads)):
        store.add(batch, embed([one.pixels for one in batch]))
        stored += len(batch)
    seconds = time.perf_counter() - start

    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "variant": arguments.variant,
                "threads": arguments.threads,
                "pictures": stored,
                "failed": len(paths) - stored,
                "seconds": round(seconds, 3),
                "pictures_per_second": round(stored / seconds, 1),
                "peak_rss_mib": round(own),
            }
        )
    )


if __name__ == "__main__":
    main()
