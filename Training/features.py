"""Caches trunk features and block-boundary activations of every picture.

    python features.py --data DATA --captions SHARED --out OUT [--rounds 4]

Round 0 is the plain (squashed) picture; later rounds are random crops, aspect
changes, flips and light colour changes. `OUT/features/<set>.<round>.npy` holds
pooled features, `.split.<round>.npy` the input of block 12.
"""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime as ort
from PIL import Image, ImageEnhance

import arguments
import datasets
import trunk

BATCH = 32


def to_pixels(image):
    """PIL picture -> float32 [3, 224, 224]: squashed with bicubic interpolation, normalised."""
    image = image.convert("RGB").resize((trunk.IMAGE_SIZE,) * 2, Image.BICUBIC)
    return ((np.asarray(image, np.float32) - trunk.MEAN) / trunk.STD).transpose(2, 0, 1)


def augment(image, rng):
    """A random crop of random aspect ratio, a flip and light colour changes."""
    width, height = image.size
    area, ratio = rng.uniform(0.45, 1.0), np.exp(rng.uniform(-0.35, 0.35))
    w = min(1.0, (area * ratio) ** 0.5) * width
    h = min(1.0, (area / ratio) ** 0.5) * height
    x, y = rng.uniform(0, width - w), rng.uniform(0, height - h)
    image = image.convert("RGB").resize((trunk.IMAGE_SIZE,) * 2, Image.BICUBIC, box=(x, y, x + w, y + h))
    if rng.random() < 0.5:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    for change in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = change(image).enhance(rng.uniform(0.8, 1.2))
    return image


def load(picture, round_number, seed):
    image = Image.open(picture.path)
    if round_number:
        image = augment(image, random.Random(f"{seed}-{round_number}-{picture.path.name}"))
    return to_pixels(image)


def session(model, threads=2):
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def extract(run, pictures, out, name, round_number, pool):
    target = out / f"{name}.{round_number}.npy"
    if target.exists():
        return
    started, features, splits = time.time(), [], []
    chunks = [pictures[i:i + BATCH] for i in range(0, len(pictures), BATCH)]
    upcoming = None
    for i, chunk in enumerate(chunks):
        jobs = upcoming or [pool.submit(load, p, round_number, 7) for p in chunk]
        if i + 1 < len(chunks):
            upcoming = [pool.submit(load, p, round_number, 7) for p in chunks[i + 1]]
        results = run.run(["features", "split"], {"pixel_values": np.stack([j.result() for j in jobs])})
        features.append(results[0].astype(np.float16))
        splits.append(results[1].astype(np.float16))
    np.save(out / f"{name}.split.{round_number}.npy", np.concatenate(splits))
    np.save(target, np.concatenate(features))
    print(f"{name} round {round_number}: {len(pictures)} pictures, "
          f"{len(pictures) / (time.time() - started):.0f}/s", flush=True)


def main():
    parser = arguments.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=4)
    args = parser.parse_args()
    out = args.out / "features"
    out.mkdir(parents=True, exist_ok=True)
    run = session(trunk.build_feature_model())
    training, measuring = datasets.everything(args.data, args.captions)
    with ThreadPoolExecutor(2) as pool:
        for name, pictures in {**training, **measuring}.items():
            extract(run, pictures, out, name, 0, pool)
        for round_number in range(1, args.rounds):
            for name in training:
                if name == "flickr" or round_number <= 2:
                    extract(run, training[name], out, name, round_number, pool)


if __name__ == "__main__":
    main()
