"""Writes Tests/Fixtures/picture-embedding.json: what Python's onnxruntime makes of one synthetic picture with the
committed model. Run it again when Models/glimpse-mini changes. Needs `onnxruntime` and NumPy."""

import json
from pathlib import Path

import numpy as np
import onnxruntime

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "Models" / "glimpse-mini"


def picture(size):
    """A colour gradient with a pattern; the same formula is in RealModelTests.swift."""
    y, x, channel = np.meshgrid(np.arange(size), np.arange(size), np.arange(3), indexing="ij")
    return ((x * (channel + 1) + y * 2 + (x // 16 * (y // 16)) * 13) % 256).astype(np.uint8)


def main():
    image = json.loads((MODEL / "model.json").read_text())["image"]
    pixels = picture(image["size"]).astype(np.float32) / 255
    pixels = (pixels - np.float32(image["mean"])) / np.float32(image["std"])
    session = onnxruntime.InferenceSession(str(MODEL / image["file"]), providers=["CPUExecutionProvider"])
    row = session.run([image["output"]], {image["input"]: pixels.transpose(2, 0, 1)[None].astype(np.float32)})[0][0]
    fixture = {"sha256": image["sha256"], "embedding": [round(float(value), 7) for value in row]}
    (Path(__file__).parent / "picture-embedding.json").write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
