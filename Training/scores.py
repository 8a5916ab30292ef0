"""The retrieval figures that training and evaluation share."""

from collections import Counter

import numpy as np
import torch

import heads
import keywords

PHOTO = "a photo of a {}"
SHOWN = 5  # pictures that a keyword needs to be asked for


def tiny_name(picture):
    return picture.texts[0]


def single_words(pictures):
    """(keywords that several pictures have, [word, picture]: whether any caption of the picture has the word)."""
    of_pictures = keywords.of_pictures(pictures)
    counts = Counter(w for own, _ in of_pictures for w in own)
    words = sorted(w for w, n in counts.items() if n >= SHOWN)
    return words, np.array([[w in said for _, said in of_pictures] for w in words])


def texts(measuring):
    """All texts that `measure` needs."""
    out = {t for p in measuring["dev"] for t in p.texts}.union(single_words(measuring["dev"])[0])
    kinds = {p.label for p in measuring["caltech"]} | {tiny_name(p) for p in measuring["tiny-kept"]}
    out |= kinds | {PHOTO.format(k) for k in kinds}
    return out | {p.texts[0] for p in measuring["fashion-kept"]}


def recall(queries, images, owners, ks=(1, 5, 10)):
    """Share of queries (in %) whose own picture is among the first k."""
    similarity = queries @ images.T
    own = similarity[np.arange(len(queries)), owners]
    rank = (similarity > own[:, None]).sum(1)
    return [100 * float((rank < k).mean()) for k in ks]


def precision_at_5(queries, images, right):
    """Mean share (in %) of the first five pictures that are right; `right` is [query, picture]."""
    first = np.argsort(-(queries @ images.T), axis=1, kind="stable")[:, :5]
    return 100 * float(np.take_along_axis(right, first, 1).mean())


def accuracy(images, queries, labels, kinds):
    return 100 * float(np.mean(np.array(kinds)[(images @ queries.T).argmax(1)] == labels))


def table(measuring, images, embed):
    """Figures by name; `images` holds unit vectors by set, `embed` maps texts to unit vectors."""
    dev = measuring["dev"]
    owners = np.repeat(np.arange(len(dev)), [len(p.texts) for p in dev])
    out = dict(zip(("dev R@1", "dev R@5", "dev R@10"),
                   recall(embed([t for p in dev for t in p.texts]), images["dev"], owners)))
    words, right = single_words(dev)
    out["dev word p@5"] = precision_at_5(embed(words), images["dev"], right)
    labels = np.array([p.label for p in measuring["caltech"]])
    kinds = sorted(set(labels))
    right = np.array(kinds)[:, None] == labels[None]
    out["caltech p@5"] = precision_at_5(embed(kinds), images["caltech"], right)
    out["caltech p@5 photo"] = precision_at_5(embed([PHOTO.format(k) for k in kinds]), images["caltech"], right)
    if "tiny-kept" not in images:
        return out
    labels = np.array([tiny_name(p) for p in measuring["tiny-kept"]])
    kinds = sorted(set(labels))
    out["tiny top-1"] = accuracy(images["tiny-kept"], embed([PHOTO.format(k) for k in kinds]), labels, kinds)
    fashion = measuring["fashion-kept"]
    out["fashion R@10"] = recall(embed([p.texts[0] for p in fashion]), images["fashion-kept"],
                                 np.arange(len(fashion)))[2]
    return out


def measure(measuring, features, vectors, image, text, concepts, share):
    """`table` for heads that are not exported yet."""
    def join(caption, concept):
        return heads.join(caption.detach(), torch.from_numpy(concept), share).numpy()

    def embed(queries):
        sentences = np.stack([vectors[q] for q in queries])
        return join(text(torch.from_numpy(sentences)), concepts.text(sentences))

    images = {k: join(image(v), concepts.image(v.numpy())) for k, v in features.items()}
    return table(measuring, images, embed)


def line(figures):
    return ", ".join(f"{k} {v:.1f}" for k, v in figures.items())
