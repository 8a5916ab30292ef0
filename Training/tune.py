"""Fine-tunes the last blocks of the trunk together with both heads, from cached activations.

    python tune.py --data DATA --captions SHARED --out OUT [--epochs 5]

Starts from OUT/heads.pt, writes OUT/tuned.pt (tail, heads): the mean of the weights after the
last two epochs. The classifier's answers on the untouched features are kept by distillation,
because the concept half still lives on them.
"""

import copy
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

import arguments
import heads
import scores
import train
import trunk

FLICKR, OTHERS = 256, {"tiny": 32, "fashion": 32, "grocery": 16}
TAIL_RATE, HEAD_RATE, DECAY = 1.5e-4, 4e-4, 0.05
KEEP_CLASSES = 1.0  # weight of the distillation of the classifier's answers


@torch.no_grad()
def through(tail, splits):
    """Pooled features of cached block-12 inputs."""
    return torch.cat([tail(torch.from_numpy(splits[i:i + 128].astype(np.float32)))
                      for i in range(0, len(splits), 128)])


def open_splits(out, name):
    return [np.load(f, mmap_mode="r") for f in sorted((out / "features").glob(f"{name}.split.[0-9].npy"))]


def mean_of(first, second):
    """The mean of two checkpoints: dictionaries of state dictionaries."""
    return {part: {k: (first[part][k] + second[part][k]) / 2 for k in first[part]} for part in first}


class Classifier:
    """The trunk's own classifier, fixed; its answers at the concept half's temperature."""

    def __init__(self, concept):
        self.weight, self.bias = torch.from_numpy(concept.weight), torch.from_numpy(concept.bias)
        self.vectors = torch.from_numpy(concept.vectors - concept.mean)

    def log_shares(self, features):
        return ((features @ self.weight.T + self.bias) / heads.TEMPERATURE).log_softmax(1)

    def concept(self, log_shares):
        return F.normalize(log_shares.exp() @ self.vectors, dim=-1)


def draw(material, splits, name, numbers):
    """(activations, untouched features, texts) of a random round for each picture."""
    rounds = np.random.randint(len(splits[name]), size=len(numbers))
    activations = np.stack([splits[name][r][i] for r, i in zip(rounds, numbers)]).astype(np.float32)
    before = material.features[name][torch.from_numpy(rounds), numbers]
    return torch.from_numpy(activations), before, [material.text_of(name, int(i)) for i in numbers]


def tune(material, splits, tail, image, text, epochs, after_epoch):
    classifier, count = Classifier(material.concepts), len(material.pictures["flickr"])
    scale = torch.nn.Parameter(torch.tensor(3.2))
    optimiser = torch.optim.AdamW([{"params": tail.parameters(), "lr": TAIL_RATE},
                                   {"params": [*image.parameters(), *text.parameters(), scale],
                                    "lr": HEAD_RATE}], weight_decay=DECAY)
    steps, started = epochs * (count // FLICKR), time.time()
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [TAIL_RATE, HEAD_RATE], total_steps=steps,
                                                   pct_start=0.1)
    for epoch in range(epochs):
        image.train()
        text.train()
        order = torch.randperm(count)
        for at in range(0, count - FLICKR + 1, FLICKR):
            parts = [draw(material, splits, "flickr", order[at:at + FLICKR])]
            for name, n in OTHERS.items():
                parts.append(draw(material, splits, name, torch.randint(material.features[name].shape[1], (n,))))
            activations, before = (torch.cat([p[k] for p in parts]) for k in range(2))
            texts = [t for p in parts for t in p[2]]
            sentences = material.sentences(texts + train.wrong_colours(texts[:FLICKR]))
            with torch.autocast("cpu", torch.bfloat16):
                features = tail(activations)
            features = features.float()
            shares, wanted = classifier.log_shares(features), classifier.log_shares(before)
            concept_texts = torch.from_numpy(material.concepts.text(sentences.numpy()))
            similarity = image(features) @ text(sentences).T
            similarity = similarity + heads.TRAINING_SHARE ** 2 * classifier.concept(shares) @ concept_texts.T
            loss = train.contrastive(similarity, sentences[:len(texts)], FLICKR, scale)
            kept = F.kl_div(shares, wanted, log_target=True, reduction="batchmean")
            optimiser.zero_grad()
            (loss + KEEP_CLASSES * kept).backward()
            optimiser.step()
            schedule.step()
            if at // FLICKR % 6 == 0:
                print(f"epoch {epoch + 1} picture {at}: loss {loss.item():.3f}, classes {kept.item():.3f}, "
                      f"{time.time() - started:.0f} s", flush=True)
        after_epoch(epoch)


def main():
    parser = arguments.parser(__doc__)
    parser.add_argument("--epochs", type=int, default=5)
    args = parser.parse_args()
    torch.manual_seed(train.SEED)
    np.random.seed(train.SEED)
    random.seed(train.SEED)
    material = train.Material(args)
    image, text = heads.load(torch.load(args.out / "heads.pt"))
    tail = trunk.Tail(trunk.load_convs()[0])
    splits = {name: open_splits(args.out, name) for name in material.pictures}
    seen = {name: np.load(args.out / "features" / f"{name}.split.0.npy", mmap_mode="r")
            for name in ("dev", "caltech")}

    kept = []

    def after_epoch(epoch):
        kept.append(copy.deepcopy({"tail": tail.state_dict(), "image": image.state_dict(),
                                   "text": text.state_dict()}))
        image.eval()
        text.eval()
        features = {name: through(tail, s) for name, s in seen.items()}
        print(f"epoch {epoch + 1}:", scores.line(scores.measure(
            material.measuring, features, material.vectors, image, text, material.concepts,
            heads.CONCEPT_SHARE)), flush=True)

    tune(material, splits, tail, image, text, args.epochs, after_epoch)
    torch.save(mean_of(*kept[-2:]), args.out / "tuned.pt")


if __name__ == "__main__":
    main()
