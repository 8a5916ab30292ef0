"""The two halves of the shared space and their ONNX form.

caption half: a head trained on picture/text pairs, against a map of the sentence vector.
concept half: the classifier's softmax mixes the class names' sentence vectors (ConSE,
Norouzi et al. 2014), against the centred sentence vector.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import trunk

CAPTION_WIDTH = 384
CONCEPT_SHARE = 0.85  # weight of the concept half beside the caption half
TRAINING_SHARE = 0.75  # its weight while the caption half is trained
TEMPERATURE = 1.5


class ImageHead(nn.Module):
    """Two layers with a linear skip connection, on pooled features."""

    def __init__(self, hidden=1024, width=CAPTION_WIDTH, dropout=0.3):
        super().__init__()
        self.inner = nn.Linear(trunk.FEATURES, hidden)
        self.outer = nn.Linear(hidden, width)
        self.skip = nn.Linear(trunk.FEATURES, width, bias=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, features):
        inner = self.outer(self.dropout(F.gelu(self.inner(features))))
        return F.normalize(inner + self.skip(self.dropout(features)), dim=-1)

    def add_to_graph(self, graph, features):
        w = {k: v.detach().numpy() for k, v in self.state_dict().items()}
        inner = graph.gelu(graph.linear(features, "inner", w["inner.weight"], w["inner.bias"]))
        inner = graph.linear(inner, "outer", w["outer.weight"], w["outer.bias"])
        return graph.normalise(graph.node("Add", [inner, graph.linear(features, "skip", w["skip.weight"])]))


class TextHead(nn.Module):
    """A linear map of the sentence vector that starts as the identity."""

    def __init__(self, width=CAPTION_WIDTH):
        super().__init__()
        self.map = nn.Linear(384, width)
        nn.init.eye_(self.map.weight)
        nn.init.zeros_(self.map.bias)

    def forward(self, sentence):
        return F.normalize(self.map(sentence), dim=-1)

    def add_to_graph(self, graph, sentence):
        w, b = self.map.weight.detach().numpy(), self.map.bias.detach().numpy()
        return graph.normalise(graph.linear(sentence, "map", w, b))


def join(caption, concept, share):
    """One unit vector out of two unit vectors, the second one weighted; `Graph.join` for tensors."""
    return torch.cat([caption, share * concept], -1) / (1 + share ** 2) ** 0.5


class Concepts:
    """The concept half: class vectors [1000, n], a mean that both sides subtract, a projection."""

    def __init__(self, weight, bias, vectors, mean, projection=None):
        self.weight, self.bias, self.vectors, self.mean = weight, bias, vectors, mean
        self.projection = np.eye(vectors.shape[1], dtype=np.float32) if projection is None else projection

    def image(self, features):
        logits = (features @ self.weight.T + self.bias) / TEMPERATURE
        p = np.exp(logits - logits.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        mixed = p @ ((self.vectors - self.mean) @ self.projection)
        return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)

    def text(self, sentences):
        moved = (sentences - self.mean) @ self.projection
        return moved / np.linalg.norm(moved, axis=1, keepdims=True)

    def add_image(self, graph, features):
        logits = graph.linear(features, "classes", self.weight / TEMPERATURE, self.bias / TEMPERATURE)
        shares = graph.node("Softmax", [logits], axis=-1)
        vectors = (self.vectors - self.mean) @ self.projection
        return graph.normalise(graph.linear(shares, "concepts", vectors.T))

    def add_text(self, graph, sentence):
        moved = graph.node("Sub", [sentence, graph.constant("mean", self.mean)])
        if not np.array_equal(self.projection, np.eye(len(self.projection))):
            moved = graph.linear(moved, "projection", self.projection.T)
        return graph.normalise(moved)


def load(saved):
    """(image head, text head) of the state dictionaries that train.py and tune.py write."""
    image, text = ImageHead(), TextHead()
    image.load_state_dict(saved["image"])
    text.load_state_dict(saved["text"])
    return image.eval(), text.eval()
