"""Writes the model's files: int8 image.onnx, text.onnx, vocab.txt, model.json and the fixtures.

    python export.py --data DATA --captions SHARED --out OUT --model ../Models/glimpse-mini
"""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper
from onnxruntime.quantization import (CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType,
                                      quantize_static)

import arguments
import concepts
import datasets
import features
import fixtures
import heads
import teacher
import text_tower
import trunk
from graph import Graph

CALIBRATION_PICTURES = 320
REVISION = "2"
DESCRIPTION = ("Small image-text model: EfficientNet-Lite0 with a trained caption half and a half of ImageNet "
               "concepts, and a three-layer text tower distilled from MiniLM over a vocabulary of its own.")


class Calibration(CalibrationDataReader):
    """Training pictures of every set, plain (squashed) and as random crops, in small batches."""

    def __init__(self, pictures, batch=8):
        rng, chosen = np.random.default_rng(7), []
        for name, share in (("flickr", 0.5), ("tiny", 0.2), ("grocery", 0.15), ("fashion", 0.15)):
            picks = rng.choice(len(pictures[name]), int(share * CALIBRATION_PICTURES), replace=False)
            chosen += [(pictures[name][i], n % 3) for n, i in enumerate(picks)]
        self.groups = iter([chosen[i:i + batch] for i in range(0, len(chosen), batch)])

    def get_next(self):
        group = next(self.groups, None)
        return group and {"pixel_values": np.stack([features.load(p, r, 7) for p, r in group])}


def trunk_model(convs):
    graph = Graph()
    _, pooled = trunk.add_trunk(graph, convs)
    graph.node("Identity", [pooled], "features")
    output = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", trunk.FEATURES])
    return graph.model([trunk.image_input()], [output])


def full_range(convs):
    """Keeps the weights of the depthwise convolutions at 8 bits; all others get 7 (`reduce_range`).

    Without VNNI, ONNX Runtime multiplies matrices by vpmaddubsw, whose 16-bit sums of two products saturate
    with 8-bit weights: 255 * (64 + 64) fits, 255 * (127 + 127) does not. Its depthwise kernels add in 32 bits.
    """
    how = {"axis": 0, "quant_type": QuantType.QInt8, "symmetric": True, "reduce_range": False}
    return {c.name + ".w": [how] for c in convs if c.groups > 1}


def export_image(convs, head, concept, share, pictures, target):
    """Quantises the trunk statically and adds the two halves after it."""
    plain, quantised = target.with_suffix(".float.tmp"), target.with_suffix(".int8.tmp")
    onnx.save(trunk_model(convs), plain)
    quantize_static(plain, quantised, Calibration(pictures), quant_format=QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
                    op_types_to_quantize=["Conv", "Clip", "Add"], calibrate_method=CalibrationMethod.MinMax,
                    reduce_range=True, extra_options={"TensorQuantOverrides": full_range(convs)})
    model = onnx.load(quantised)
    graph = Graph("head/")
    graph.join(head.add_to_graph(graph, "features"), concept.add_image(graph, "features"), share, "embedding")
    model.graph.node.extend(graph.nodes)
    model.graph.initializer.extend(graph.weights)
    del model.graph.output[:]
    width = heads.CAPTION_WIDTH + concept.projection.shape[1]
    model.graph.output.append(helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", width]))
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, target)
    plain.unlink()
    quantised.unlink()
    return width


def export_text(tower, head, concept, share, target):
    graph = Graph()
    sentence = text_tower.add_to_graph(graph, tower)
    graph.join(head.add_to_graph(graph, sentence), concept.add_text(graph, sentence), share, "embedding")
    width = heads.CAPTION_WIDTH + concept.projection.shape[1]
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "seq"])
              for n in ("input_ids", "attention_mask")]
    onnx.save(graph.model(inputs, [helper.make_tensor_value_info("embedding", TensorProto.FLOAT,
                                                                 ["batch", width])]), target)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def description(folder, width, calibration):
    """The contents of model.json."""
    image, text, vocab = folder / "image.onnx", folder / "text.onnx", folder / "vocab.txt"
    return {
        "id": "glimpse-mini", "revision": REVISION, "name": "Glimpse mini", "description": DESCRIPTION,
        "license": "Apache-2.0", "languages": ["en"],
        "space": {"dimensions": width, "metric": "cosine"},
        "image": {"file": image.name, "sha256": digest(image), "bytes": image.stat().st_size,
                  "input": "pixel_values", "output": "embedding", "size": trunk.IMAGE_SIZE,
                  "resize": "squash", "interpolation": "bicubic",
                  "mean": [trunk.MEAN / 255] * 3, "std": [trunk.STD / 255] * 3},
        "text": {"file": text.name, "sha256": digest(text), "bytes": text.stat().st_size,
                 "input_ids": "input_ids", "attention_mask": "attention_mask", "output": "embedding",
                 "id_type": "int64", "max_length": text_tower.MAX_LENGTH,
                 "tokenizer": {"type": "wordpiece", "file": vocab.name, "sha256": digest(vocab),
                               "lowercase": True, "cls": "[CLS]", "sep": "[SEP]", "pad": "[PAD]",
                               "unk": "[UNK]"},
                 "templates": ["{}"]},
        "calibration": calibration,
    }


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main():
    parser = arguments.parser(__doc__)
    parser.add_argument("--model", type=Path, required=True)
    args = parser.parse_args()
    args.model.mkdir(parents=True, exist_ok=True)
    tuned, adapted = torch.load(args.out / "tuned.pt"), torch.load(args.out / "text.pt")
    tail = trunk.Tail(trunk.load_convs()[0])
    tail.load_state_dict(tuned["tail"])
    image, text = heads.load({"image": tuned["image"], "text": adapted["text"]})
    tower, encode = text_tower.load(adapted["tower"], args.out / "vocab.txt")
    convs, names = tail.updated(trunk.load_convs()[0]), concepts.class_names()
    concept = concepts.build(names, teacher.sentence_vectors({n for e in names for n, _ in e}, args.out))
    pictures, measuring = datasets.everything(args.data, args.captions)
    shutil.copyfile(args.out / "vocab.txt", args.model / "vocab.txt")
    width = export_image(convs, image, concept, heads.CONCEPT_SHARE, pictures, args.model / "image.onnx")
    export_text(tower, text, concept, heads.CONCEPT_SHARE, args.model / "text.onnx")
    calibration = fixtures.write(args.model, encode, measuring["dev"])
    write_json(args.model / "model.json", description(args.model, width, calibration))


if __name__ == "__main__":
    main()
