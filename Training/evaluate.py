"""Measures the exported files and prints a table.

    python evaluate.py --data DATA --captions SHARED --model ../Models/glimpse-mini
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

import datasets
import features
import fixtures
import scores
import text_tower

QUERIES = ["dog", "a photo of a cat", "red sports car", "birthday cake", "sunset over the sea",
           "two children playing football", "a man climbing a rock", "blue shirt"]
NONSENSE = ["asdfgh", "qwerty zxcvb", "спутник", "кошка", "日本", "12345", "the", "?!"]


def largest_difference(a, b):
    return float(np.abs(a - b).max())


def parity(image, text, encode, pictures):
    """The largest change of any value when a picture or a text has other company in its batch."""
    pixels = np.stack([features.load(p, 0, 7) for p in pictures[:16]])
    run = lambda x: image.run(["embedding"], {"pixel_values": x})[0]
    alone = np.concatenate([run(pixels[i:i + 1]) for i in range(16)])
    worst = max(largest_difference(run(pixels[i:i + n]), alone[i:i + n])
                for n in (2, 7, 16) for i in range(0, 17 - n, n))
    texts = fixtures.EMBEDDING_TEXTS
    single = fixtures.embed(text, encode, texts, 1)
    return worst, largest_difference(fixtures.embed(text, encode, texts, len(texts)), single)


def image_speed(session, batch=16, seconds=4):
    pixels = np.random.default_rng(0).normal(size=(batch, 3, 224, 224)).astype(np.float32)
    session.run(None, {"pixel_values": pixels})
    started, runs = time.time(), 0
    while time.time() - started < seconds:
        session.run(None, {"pixel_values": pixels})
        runs += 1
    return runs * batch / (time.time() - started)


def text_time(session, encode, seconds=2):
    """Median milliseconds of one query alone."""
    inputs = [text_tower.batch_of(encode([q])["input_ids"]) for q in QUERIES]
    times, started = [], time.time()
    while time.time() - started < seconds:
        for ids, mask in inputs:
            begun = time.perf_counter()
            session.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
            times.append(time.perf_counter() - begun)
    return 1000 * float(np.median(times))


def at_cutoff(measuring, images, cutoff, embed):
    """What the relevance cutoff keeps, on the half of dev that it was not chosen on, and on Caltech."""
    half = len(measuring["dev"]) // 2
    dev = images["dev"][half:]
    captions = embed([p.texts[0] for p in measuring["dev"][half:]]) @ dev.T >= cutoff
    labels = np.array([p.label for p in measuring["caltech"]])
    kinds = sorted(set(labels))
    named, same = embed(kinds) @ images["caltech"].T >= cutoff, np.array(kinds)[:, None] == labels[None]
    return {"cutoff: own pictures of a caption kept, %": 100 * np.diag(captions).mean(),
            "cutoff: all pictures shown for a caption, %": 100 * captions.mean(),
            "cutoff: Caltech pictures of the named kind kept, %": 100 * named[same].mean(),
            "cutoff: other Caltech pictures shown for a name, %": 100 * named[~same].mean(),
            "cutoff: dev pictures shown for a nonsense query, %":
                100 * (embed(NONSENSE) @ images["dev"].T >= cutoff).mean()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--captions", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    args = parser.parse_args()
    about = json.loads((args.model / "model.json").read_text())
    image, text = features.session(str(args.model / "image.onnx")), features.session(str(args.model / "text.onnx"), 1)
    encode = text_tower.tokenizer(args.model / "vocab.txt")
    _, measuring = datasets.everything(args.data, args.captions)
    images = {k: fixtures.embed_pictures(image, measuring[k]) for k in ("dev", "caltech", "tiny-kept", "fashion-kept")}
    figures = scores.table(measuring, images, lambda queries: fixtures.embed(text, encode, queries))
    figures.update(at_cutoff(measuring, images, about["calibration"]["relevance_cutoff"],
                             lambda queries: fixtures.embed(text, encode, queries)))
    of_picture, of_text = parity(image, text, encode, measuring["dev"])
    figures["images per second (batch 16, 2 threads)"] = image_speed(image)
    figures["ms a query (1 thread)"] = text_time(text, encode)
    figures["MB of all files"] = sum(p.stat().st_size for p in args.model.iterdir()) / 1e6
    print("| figure | value |\n| --- | --- |")
    for name, value in figures.items():
        print(f"| {name} | {value:.1f} |")
    print(f"| largest change in another batch (pictures / texts) | {of_picture:.1e} / {of_text:.1e} |")


if __name__ == "__main__":
    main()
