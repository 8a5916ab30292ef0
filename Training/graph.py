"""A small builder of ONNX graphs, with weights stored as int8."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

OPSET, IR_VERSION = 17, 8


def pack(array, largest):
    """(int8 values, scale of each column) of a matrix [in, out]."""
    scale = np.maximum(np.abs(array).max(0), 1e-8).astype(np.float32) / largest
    return np.clip(np.rint(array / scale), -largest, largest).astype(np.int8), scale


class Graph:
    """Collects ONNX nodes and initialisers; node methods return the name of their output."""

    def __init__(self, prefix=""):
        self.prefix, self.nodes, self.weights = prefix, [], []

    def constant(self, name, array):
        name = self.prefix + name
        self.weights.append(numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def shared(self, name, value):
        """A scalar constant that many nodes use."""
        if self.prefix + name not in (w.name for w in self.weights):
            self.constant(name, value)
        return self.prefix + name

    def node(self, kind, inputs, output=None, **attributes):
        name = f"{self.prefix}{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output or name], name, **attributes))
        return output or name

    def small_weight(self, name, array):
        """A matrix [in, out] kept as int8 with a scale for each column.

        Cast and Mul of constants are folded when the file is loaded, so that the
        arithmetic is float32 and a result cannot depend on its neighbours in a batch.
        """
        packed, scale = pack(array, 127)
        wide = self.node("Cast", [self.constant(name + ".int8", packed)], to=onnx.TensorProto.FLOAT)
        return self.node("Mul", [wide, self.constant(name + ".scale", scale)])

    def linear(self, x, name, weight, bias=None):
        """x · weightᵀ + bias for a PyTorch weight [out, in]."""
        y = self.node("MatMul", [x, self.small_weight(name, weight.T)])
        return y if bias is None else self.node("Add", [y, self.constant(name + ".bias", bias)])

    def quantised_rows(self, x):
        """(uint8 rows around 128, scale of each row): no row depends on any other."""
        top = self.node("ReduceMax", [self.node("Abs", [x])], axes=[-1], keepdims=1)
        floor = self.node("Max", [top, self.shared("floor", np.float32(1e-6))])
        scale = self.node("Mul", [floor, self.shared("step", np.float32(1 / 127))])
        moved = self.node("Add", [self.node("Div", [x, scale]), self.shared("middle", np.float32(128))])
        return self.node("Cast", [self.node("Round", [moved])], to=onnx.TensorProto.UINT8), scale

    def integer_linear(self, rows, name, weight, bias):
        """`linear` in int8 arithmetic on `quantised_rows`.

        Weights use 7 bits, so that processors without VNNI cannot overflow their 16-bit sums.
        """
        packed, scale = pack(weight.T, 63)
        x, row_scale = rows
        zero = self.shared("zero", np.uint8(128))
        y = self.node("MatMulInteger", [x, self.constant(name + ".int8", packed), zero])
        y = self.node("Mul", [self.node("Cast", [y], to=onnx.TensorProto.FLOAT), row_scale])
        y = self.node("Mul", [y, self.constant(name + ".scale", scale)])
        return self.node("Add", [y, self.constant(name + ".bias", bias)])

    def gelu(self, x):
        half, one, root = (self.shared(n, np.float32(v)) for n, v in (("half", 0.5), ("one", 1), ("root", 2 ** 0.5)))
        bump = self.node("Add", [self.node("Erf", [self.node("Div", [x, root])]), one])
        return self.node("Mul", [self.node("Mul", [x, bump]), half])

    def normalise(self, x, output=None):
        norm = self.node("ReduceL2", [x], axes=[-1], keepdims=1)
        return self.node("Div", [x, norm], output)

    def join(self, caption, concept, weight, output):
        """One unit vector out of two unit vectors, the second one weighted."""
        total = (1 + weight ** 2) ** 0.5
        a = self.node("Mul", [caption, self.constant("caption.share", np.float32(1 / total))])
        b = self.node("Mul", [concept, self.constant("concept.share", np.float32(weight / total))])
        return self.node("Concat", [a, b], output, axis=-1)

    def model(self, inputs, outputs):
        graph = helper.make_graph(self.nodes, "glimpse", inputs, outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)],
                                  producer_name="glimpse", ir_version=IR_VERSION)
        onnx.checker.check_model(model)
        return model
