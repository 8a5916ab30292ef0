"""Trains the caption half on cached features: the image head and the map of sentence vectors.

    python train.py --data DATA --captions SHARED --out OUT [--epochs 12]

Writes OUT/heads.pt. One batch mixes Flickr8k pictures with tiny-imagenet, fashion and grocery
pictures.
"""

import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import concepts
import datasets
import heads
import scores
import text_tower

SEED = 7
FLICKR, OTHERS = 512, {"tiny": 96, "fashion": 128, "grocery": 32}
RATE, DECAY = 1e-3, 0.05
PLAIN = 0.6  # share of pictures drawn without augmentation: a crop may lack what the caption tells
SAME = 0.55  # texts of the other sets nearer than this are not taken as negatives
TEMPLATES = ["{}", "a photo of a {}"]


def embed_texts(tower, encode, texts, batch=256):
    """Dictionary text -> unit sentence vector."""
    texts = sorted(set(texts), key=lambda t: (len(t), t))
    out = {}
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(texts), batch):
            part = texts[at:at + batch]
            ids = encode(part, truncation=True, max_length=text_tower.MAX_LENGTH)["input_ids"]
            vectors = text_tower.embed(tower, *text_tower.batch_of(ids)).float()
            out.update(zip(part, F.normalize(vectors, dim=-1).numpy()))
    return out


def load_features(out, name, rounds=None):
    files = sorted((out / "features").glob(f"{name}.[0-9].npy"))[:rounds]
    return torch.from_numpy(np.stack([np.load(f).astype(np.float32) for f in files]))


class Material:
    """Features and texts of everything trained on."""

    def __init__(self, args, tower, encode):
        self.pictures, self.measuring = datasets.everything(args.data, args.captions)
        self.names = concepts.class_names()
        texts = {t for pictures in self.pictures.values() for p in pictures for t in p.texts}
        names = {n for entries in self.names for n, _ in entries}
        texts |= names
        texts |= {t.format(n) for p in self.pictures["tiny"] for n in p.texts for t in TEMPLATES}
        texts |= scores.texts(self.measuring)
        self.vectors = embed_texts(tower, encode, texts)
        self.features = {name: load_features(args.out, name) for name in self.pictures}
        self.concepts = concepts.build(self.names, self.vectors)

    def text_of(self, name, number):
        text = random.choice(self.pictures[name][number].texts)
        return random.choice(TEMPLATES).format(text) if name == "tiny" else text

    def draw(self, name, numbers):
        rounds = torch.randint(len(self.features[name]), (len(numbers),))
        rounds[torch.rand(len(numbers)) < PLAIN] = 0
        texts = [self.vectors[self.text_of(name, int(i))] for i in numbers]
        return self.features[name][rounds, numbers], torch.from_numpy(np.stack(texts))


def contrastive(similarity, sentences, flickr, scale):
    """Symmetric cross-entropy; other sets' pictures of the same thing are not negatives."""
    logits = scale.exp().clamp(max=100) * similarity
    other = torch.arange(len(similarity)) >= flickr
    same = (sentences @ sentences.T > SAME) & (other[:, None] | other[None])
    same.fill_diagonal_(False)
    logits = logits.masked_fill(same, -1e4)
    target = torch.arange(len(similarity))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


def concept_similarity(concept, features, sentences):
    """What the fixed concept half adds, so that the caption half learns to complement it."""
    pictures, texts = concept.image(features.numpy()), concept.text(sentences.numpy())
    return torch.from_numpy(heads.TRAINING_SHARE ** 2 * pictures @ texts.T)


def train(material, image, text, epochs):
    scale = torch.nn.Parameter(torch.tensor(3.0))
    parameters = [*image.parameters(), *text.parameters(), scale]
    optimiser = torch.optim.AdamW(parameters, RATE, weight_decay=DECAY)
    count = len(material.pictures["flickr"])
    steps = epochs * (count // FLICKR)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.1)
    started = time.time()
    for epoch in range(epochs):
        order = torch.randperm(count)
        for at in range(0, count - FLICKR + 1, FLICKR):
            parts = [material.draw("flickr", order[at:at + FLICKR])]
            for name, n in OTHERS.items():
                parts.append(material.draw(name, torch.randint(material.features[name].shape[1], (n,))))
            features, sentences = torch.cat([p[0] for p in parts]), torch.cat([p[1] for p in parts])
            similarity = image(features) @ text(sentences).T
            similarity = similarity + concept_similarity(material.concepts, features, sentences)
            loss = contrastive(similarity, sentences, FLICKR, scale)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        if epoch % 4 == 3 or epoch == epochs - 1:
            print(f"epoch {epoch + 1}: loss {loss.item():.3f}, {time.time() - started:.0f} s", flush=True)
    return image.eval(), text.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--captions", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=12)
    args = parser.parse_args()
    torch.manual_seed(SEED)
    random.seed(SEED)
    material = Material(args, *text_tower.open_tower(args.out / "vocab.txt"))
    features = {n: load_features(args.out, n, 1)[0] for n in ("dev", "caltech", "tiny-kept", "fashion-kept")}
    image, text = train(material, heads.ImageHead(), heads.TextHead(), args.epochs)
    torch.save({"image": image.state_dict(), "text": text.state_dict()}, args.out / "heads.pt")
    for share in (0.0, 0.6, 0.75, 0.9):
        print(f"share {share}:", scores.line(scores.measure(
            material.measuring, features, material.vectors, image, text, material.concepts, share)))


if __name__ == "__main__":
    main()
