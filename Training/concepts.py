"""Class knowledge of the trunk: everyday names of ImageNet classes, their vectors, virtual features."""

import numpy as np
import torch

import heads
import trunk
import wordnet

HYPERNYM_SHARE, STEP_DECAY = 0.25, 0.8
MEAN_SHARE = 0.5
VIRTUAL_STEPS, VIRTUAL_STEP = 40, 0.6


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
    return heads.Concepts(weight, bias, out, MEAN_SHARE * out.mean(0), projection)


def virtual_features(real, weight, bias, per_class, seed):
    """Features that the classifier takes for each class, reached from mixes of real ones.

    Gradient steps on the class's log-probability stand in for pictures of the 1,000
    classes, which we do not have. Returns (features, class numbers).
    """
    rng = torch.Generator().manual_seed(seed)
    weight, bias = torch.from_numpy(weight), torch.from_numpy(bias)
    classes = torch.arange(len(weight)).repeat(per_class)
    pairs = real[torch.randint(len(real), (len(classes), 2), generator=rng)]
    share = torch.rand(len(classes), 1, generator=rng)
    x = share * pairs[:, 0] + (1 - share) * pairs[:, 1]
    wanted = 0.5 + 0.45 * torch.rand(len(classes), generator=rng)
    rows = torch.arange(len(classes))
    for _ in range(VIRTUAL_STEPS):
        p = (x @ weight.T + bias).softmax(1)
        left = p[rows, classes] < wanted
        if not left.any():
            break
        gradient = weight[classes[left]] - p[left] @ weight
        x[left] = (x[left] + VIRTUAL_STEP * torch.nn.functional.normalize(gradient, dim=1)).clamp(0, 6)
    return x, classes
