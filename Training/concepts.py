"""Class knowledge of the trunk: everyday names of ImageNet classes and their vectors."""

import numpy as np

import heads
import trunk
import wordnet

HYPERNYM_SHARE, STEP_DECAY = 0.25, 0.8


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def class_names():
    """For each class [(name, step)]: own names have step 0, names of hypernyms more."""
    classes, nouns = wordnet.imagenet()
    counts = wordnet.familiarity()
    return [wordnet.everyday_names(c, nouns, counts) for c in classes]


def build(names, vectors, projection=None):
    """The concept half from class names and `vectors`, a dictionary text -> sentence vector."""
    out = []
    for entries in names:
        own = [vectors[n] for n, step in entries if step == 0]
        above = [vectors[n] * STEP_DECAY ** step for n, step in entries if step > 0]
        vector = unit(unit(np.mean(own, 0)) + own[0])
        if above:
            vector = vector + HYPERNYM_SHARE * unit(np.sum(above, 0))
        out.append(unit(vector))
    out = np.array(out, np.float32)
    _, weight, bias = trunk.load_convs()
    return heads.Concepts(weight, bias, out, out.mean(0), projection)
