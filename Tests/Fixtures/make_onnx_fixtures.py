"""Writes the tiny networks that the tests run: Tests/Fixtures/onnx/*.onnx. Needs the `onnx` package and NumPy."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = Path(__file__).parent / "onnx"
FLOAT, INT64, INT32 = TensorProto.FLOAT, TensorProto.INT64, TensorProto.INT32


def value(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def save(name, nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(constants))
    # Opset 17 and IR 8: what ONNX Runtime 1.18 and every later one read.
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    (FOLDER / f"{name}.onnx").write_bytes(model.SerializeToString())


def image_tower(name, outputs=4, batch="batch", tail=()):
    """The mean of each colour, multiplied by a fixed 3 × outputs matrix."""
    weights = (np.arange(3 * outputs, dtype=np.float32).reshape(3, outputs) - 4) / 3
    nodes = [
        helper.make_node("GlobalAveragePool", ["pixel_values"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["colours"]),
        helper.make_node("MatMul", ["colours", "weights"], ["product" if tail else "embedding"]),
        *tail,
    ]
    save(name, nodes, [value("pixel_values", FLOAT, [batch, 3, 16, 16])],
         [value("embedding", FLOAT, [batch, outputs])], [constant("weights", weights)])


def text_tower(name, kind, masked):
    """Each token's row of a fixed 256 × 4 table, averaged over the tokens that the mask leaves."""
    table = np.sin(np.arange(256 * 4, dtype=np.float32)).reshape(256, 4)
    inputs = [value("input_ids", kind, ["batch", "length"])]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["rows"])]
    if masked:
        inputs.append(value("attention_mask", kind, ["batch", "length"]))
        nodes += [
            helper.make_node("Cast", ["attention_mask"], ["mask"], to=FLOAT),
            helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
            helper.make_node("Mul", ["rows", "column"], ["kept"]),
            helper.make_node("ReduceSum", ["kept", "middle"], ["sum"], keepdims=0),
            helper.make_node("ReduceSum", ["column", "middle"], ["count"], keepdims=0),
            helper.make_node("Div", ["sum", "count"], ["embedding"]),
        ]
    else:
        nodes.append(helper.make_node("ReduceMean", ["rows"], ["embedding"], axes=[1], keepdims=0))
    constants = [constant("table", table)]
    if masked:
        constants += [constant("last", np.array([2])), constant("middle", np.array([1]))]
    save(name, nodes, inputs, [value("embedding", FLOAT, ["batch", 4])], constants)


def main():
    FOLDER.mkdir(exist_ok=True)
    image_tower("image")
    image_tower("image-five-dimensions", outputs=5)
    image_tower("image-one-at-a-time", batch=1)
    image_tower("image-not-a-number", tail=[
        helper.make_node("Sub", ["product", "product"], ["zero"]),
        helper.make_node("Div", ["zero", "zero"], ["embedding"]),
    ])
    image_tower("image-zero", tail=[helper.make_node("Sub", ["product", "product"], ["embedding"])])
    text_tower("text", INT64, masked=True)
    text_tower("text-int32", INT32, masked=False)
    # Gives back what it was given, one of each type that tensors have.
    save("echo",
         [helper.make_node("Identity", [f"{kind}_in"], [f"{kind}_out"]) for kind in ("float", "long", "int")],
         [value("float_in", FLOAT, ["n", 2]), value("long_in", INT64, ["n"]), value("int_in", INT32, [3])],
         [value("float_out", FLOAT, ["n", 2]), value("long_out", INT64, ["n"]), value("int_out", INT32, [3])])
    # Outputs that a tensor of ours cannot hold: another element type, and a sequence.
    save("odd-outputs",
         [helper.make_node("Cast", ["x"], ["double"], to=TensorProto.DOUBLE),
          helper.make_node("SequenceConstruct", ["x"], ["sequence"])],
         [value("x", FLOAT, ["n"])],
         [value("double", TensorProto.DOUBLE, ["n"]),
          helper.make_tensor_sequence_value_info("sequence", FLOAT, None)])
    whole = (FOLDER / "image.onnx").read_bytes()
    (FOLDER / "cut-short.onnx").write_bytes(whole[: len(whole) // 2])


if __name__ == "__main__":
    main()
