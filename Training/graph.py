"""A small builder of ONNX graphs, with weights stored as int8."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

OPSET, IR_VERSION = 17, 8


class Graph:
    """Collects ONNX nodes and initialisers; node methods return the name of their output."""

    def __init__(self, prefix=""):
        self.prefix, self.nodes, self.weights = prefix, [], []

    def constant(self, name, array):
        name = self.prefix + name
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, kind, inputs, output=None, **attributes):
        name = f"{self.prefix}{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output or name], name, **attributes))
        return output or name

    def small_weight(self, name, array):
        """A matrix [in, out] kept as int8 with a scale for each column.

        Cast and Mul of constants are folded when the file is loaded, so that the
        arithmetic is float32 and a result cannot depend on its neighbours in a batch.
        """
        scale = np.maximum(np.abs(array).max(0), 1e-8).astype(np.float32) / 127
        packed = np.clip(np.rint(array / scale), -127, 127).astype(np.int8)
        wide = self.node("Cast", [self.constant(name + ".int8", packed)], to=onnx.TensorProto.FLOAT)
        return self.node("Mul", [wide, self.constant(name + ".scale", scale)])

    def linear(self, x, name, weight, bias=None):
        """x · weightᵀ + bias for a PyTorch weight [out, in]."""
        y = self.node("MatMul", [x, self.small_weight(name, weight.T)])
        return y if bias is None else self.node("Add", [y, self.constant(name + ".bias", bias)])

    def gelu(self, x, name):
        half = self.constant(name + ".half", np.float32(0.5))
        one = self.constant(name + ".one", np.float32(1))
        root = self.constant(name + ".root", np.float32(2 ** 0.5))
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
