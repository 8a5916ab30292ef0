"""Runs the exported files on an emulated processor and compares their vectors with this processor's.

    python emulate.py --data DATA --captions SHARED --model ../Models/glimpse-mini --cpu Haswell-v4 Nehalem

Needs qemu-x86_64 (Debian's qemu-user). Processors without VNNI take other int8 kernels of ONNX Runtime,
in which sums can saturate; the cosines tell. Pictures are prepared natively: only the sessions are emulated.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime as ort

QUERIES = ["dog", "a photo of a cat", "red sports car", "birthday cake", "Two dogs play in the snow.",
           "a man in a red jacket climbs a rock", "men's blue shirt", "sunset over the sea",
           "children playing football on a field", "a group of people in front of an old building at night"]
PICKS = {"dev": (3, 211, 419, 627, 835), "caltech": (10, 500, 1000, 1500), "tiny-kept": (5,),
         "fashion-kept": (50,), "grocery-kept": (20,)}


def embed(model, inputs, outputs):
    """Pictures one by one, queries as one batch."""
    options, given = ort.SessionOptions(), np.load(inputs)
    options.intra_op_num_threads = 1
    image, text = (ort.InferenceSession(str(model / f"{n}.onnx"), options, providers=["CPUExecutionProvider"])
                   for n in ("image", "text"))
    pictures = [image.run(None, {"pixel_values": p[None]})[0] for p in given["pixels"]]
    texts = text.run(None, {"input_ids": given["ids"], "attention_mask": given["mask"]})[0]
    np.savez(outputs, pictures=np.concatenate(pictures), texts=texts)


def write_inputs(args, path):
    import datasets
    import features
    import text_tower

    _, measuring = datasets.everything(args.data, args.captions)
    pixels = [features.load(measuring[k][i], 0, 7) for k, chosen in PICKS.items() for i in chosen]
    ids, mask = text_tower.batch_of(text_tower.tokenizer(args.model / "vocab.txt")(QUERIES)["input_ids"])
    np.savez(path, pixels=np.stack(pixels).astype(np.float32), ids=ids.numpy(), mask=mask.numpy())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--captions", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--cpu", nargs="+", default=["Haswell-v4"])
    parser.add_argument("--vectors", nargs=2, metavar=("INPUTS", "OUTPUTS"), help="used under emulation")
    args = parser.parse_args()
    if args.vectors:
        embed(args.model, *args.vectors)
        return
    with tempfile.TemporaryDirectory() as folder:
        inputs, native, other = (f"{folder}/{n}.npz" for n in ("inputs", "native", "emulated"))
        write_inputs(args, inputs)
        embed(args.model, inputs, native)
        for cpu in args.cpu:
            subprocess.run(["qemu-x86_64", "-cpu", cpu, sys.executable, __file__, "--model", str(args.model),
                            "--vectors", inputs, other], check=True, stderr=subprocess.DEVNULL)
            for kind in ("pictures", "texts"):
                a, b = np.load(native)[kind], np.load(other)[kind]
                print(f"{cpu} {kind}: smallest cosine {(a * b).sum(1).min():.6f}, "
                      f"largest difference {np.abs(a - b).max():.1e}")


if __name__ == "__main__":
    main()
