"""Fine-tunes the whole text tower with its head against the finished picture side.

    python adapt.py --data DATA --captions SHARED --out OUT [--epochs 15]

Starts from OUT/student.pt and the heads of OUT/tuned.pt, whose picture side stays as it is; writes
OUT/text.pt (tower, head): the mean of the weights after the last two passes. The teacher's vectors are kept by
distillation, on the captions and on a share of the corpus, so that words without a picture are not forgotten.
"""

import argparse
import copy
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import distil
import heads
import scores
import teacher
import text_tower
import train
import trunk
import tune

FLICKR, OTHERS, CORPUS = 256, {"tiny": 32, "fashion": 48, "grocery": 16}, 128
ROUNDS = {"flickr": 4}  # of the pictures; two of the other sets
TOWER_RATE, HEAD_RATE, DECAY = 1e-4, 3e-4, 0.01
KEEP = 3.0  # weight of the distillation
PARTS = 4  # a batch goes through the tower in parts of like length
SHARE = heads.CONCEPT_SHARE


def through(tail, splits):
    with torch.autocast("cpu", torch.bfloat16):
        return tune.through(tail, splits).float()


class Pictures:
    """The finished picture side: both halves of every training picture, [rounds, pictures, width]."""

    def __init__(self, out, names, tail, image, concepts):
        self.image, self.concepts, self.vectors = image, concepts, {}
        for name in names:
            rounds = tune.open_splits(out, name)[:ROUNDS.get(name, 2)]
            self.vectors[name] = torch.stack([self.embed(through(tail, r)) for r in rounds])

    def embed(self, features):
        with torch.no_grad():
            return heads.join(self.image(features), torch.from_numpy(self.concepts.image(features.numpy())), SHARE)

    def draw(self, name, numbers):
        """As `train.Material.draw` does: many pictures as they are, the others from any round."""
        rounds = torch.randint(len(self.vectors[name]), (len(numbers),))
        rounds[torch.rand(len(numbers)) < train.PLAIN] = 0
        return self.vectors[name][rounds, numbers]


class Texts:
    """The text side in training."""

    def __init__(self, tower, encode, head, mean):
        self.tower, self.encode, self.head, self.mean = tower, encode, head, torch.from_numpy(mean)

    def sentences(self, texts):
        ids = self.encode(texts, truncation=True, max_length=distil.LONGEST)["input_ids"]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        size = -(-len(order) // PARTS)
        with torch.autocast("cpu", torch.bfloat16):
            rows = [text_tower.embed(self.tower, *text_tower.batch_of([ids[i] for i in order[at:at + size]]))
                    for at in range(0, len(order), size)]
        return torch.cat(rows).float()[torch.tensor(order).argsort()]

    def join(self, sentences):
        return heads.join(self.head(sentences), F.normalize(sentences - self.mean, dim=-1), SHARE)

    def weights(self):
        return copy.deepcopy({"tower": self.tower.state_dict(), "text": self.head.state_dict()})


def adapt(material, pictures, texts, corpus, epochs, after_epoch):
    count, scale = len(material.pictures["flickr"]), torch.nn.Parameter(torch.tensor(3.2))
    optimiser = torch.optim.AdamW([{"params": texts.tower.parameters(), "lr": TOWER_RATE},
                                   {"params": [*texts.head.parameters(), scale], "lr": HEAD_RATE}],
                                  weight_decay=DECAY, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [TOWER_RATE, HEAD_RATE], pct_start=0.1,
                                                   total_steps=epochs * (count // FLICKR))
    started = time.time()
    for epoch in range(epochs):
        order = torch.randperm(count)
        for at in range(0, count - FLICKR + 1, FLICKR):
            numbers = {"flickr": order[at:at + FLICKR]}
            for name, n in OTHERS.items():
                numbers[name] = torch.randint(len(material.pictures[name]), (n,))
            images = torch.cat([pictures.draw(name, n) for name, n in numbers.items()])
            own = [material.text_of(name, int(i)) for name, n in numbers.items() for i in n]
            shown = own + train.wrong_colours(own[:FLICKR])
            asked = shown + random.sample(corpus, CORPUS)
            wanted, found = material.sentences(asked), texts.sentences(asked)
            loss = train.contrastive(images @ texts.join(found[:len(shown)]).T, wanted[:len(own)], FLICKR, scale)
            distance, divergence = distil.loss_of(found, wanted)
            optimiser.zero_grad()
            (loss + KEEP * distance + divergence).backward()
            torch.nn.utils.clip_grad_norm_(texts.tower.parameters(), 1.0)
            optimiser.step()
            schedule.step()
        print(f"pass {epoch + 1}: loss {loss.item():.3f}, distance {distance.item():.4f}, "
              f"{time.time() - started:.0f} s", flush=True)
        after_epoch(epoch)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--captions", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=15)
    args = parser.parse_args()
    torch.manual_seed(train.SEED)
    random.seed(train.SEED)
    material = train.Material(args)
    corpus = (args.out / "corpus.txt").read_text(encoding="utf-8").split("\n")[:-1]
    material.vectors |= teacher.sentence_vectors(corpus, args.out)
    tuned = torch.load(args.out / "tuned.pt")
    image, head = heads.load(tuned)
    tail = trunk.Tail(trunk.load_convs()[0])
    tail.load_state_dict(tuned["tail"])
    tower, encode = text_tower.load(torch.load(args.out / "student.pt"), args.out / "vocab.txt")
    texts = Texts(tower, encode, head, material.concepts.mean)
    features = {name: through(tail, tune.open_splits(args.out, name)[0]) for name in material.measuring}
    pictures, kept = Pictures(args.out, material.pictures, tail, image, material.concepts), []

    def after_epoch(epoch):
        kept.append(texts.weights())
        vectors = text_tower.embed_texts(tower, encode, scores.texts(material.measuring))
        print(f"pass {epoch + 1}:", scores.line(scores.measure(
            material.measuring, features, vectors, image, head, material.concepts, SHARE)), flush=True)

    after_epoch(-1)
    adapt(material, pictures, texts, corpus, args.epochs, after_epoch)
    torch.save(tune.mean_of(*kept[-2:]), args.out / "text.pt")


if __name__ == "__main__":
    main()
