"""Trains the caption half on cached features: the image head and the map of sentence vectors.

    python train.py --data DATA --captions SHARED --out OUT [--epochs 12]

Writes OUT/heads.pt. One batch mixes Flickr8k pictures with tiny-imagenet, fashion and grocery
pictures.
"""

import random
import time

import numpy as np
import torch
import torch.nn.functional as F

import arguments
import colours
import concepts
import datasets
import heads
import scores
import teacher

SEED = 7
FLICKR, OTHERS = 512, {"tiny": 96, "fashion": 128, "grocery": 32}
RATE, DECAY = 1e-3, 0.05
PLAIN = 0.6  # share of pictures drawn without augmentation: a crop may lack what the caption tells
SAME = 0.55  # texts of the other sets nearer than this are not taken as negatives
TEMPLATES = ["{}", "a photo of a {}"]


def load_features(out, name, rounds=None):
    files = sorted((out / "features").glob(f"{name}.[0-9].npy"))[:rounds]
    return torch.from_numpy(np.stack([np.load(f).astype(np.float32) for f in files]))


def random_rounds(available, count):
    """A round for each of `count` pictures: many as they are, the others from any round."""
    rounds = torch.randint(available, (count,))
    rounds[torch.rand(count) < PLAIN] = 0
    return rounds


class Material:
    """Features and texts of everything trained on, with the teacher's sentence vectors."""

    def __init__(self, args):
        self.pictures, self.measuring = datasets.everything(args.data, args.captions)
        self.names = concepts.class_names()
        texts = {t for pictures in self.pictures.values() for p in pictures for t in p.texts}
        names = {n for entries in self.names for n, _ in entries}
        texts |= names
        texts |= {t.format(n) for p in self.pictures["tiny"] for n in p.texts for t in TEMPLATES}
        texts |= {colours.recoloured(t) for p in self.pictures["flickr"] for t in p.texts} - {None}
        texts |= scores.texts(self.measuring)
        self.vectors = teacher.sentence_vectors(texts, args.out)
        self.features = {name: load_features(args.out, name) for name in self.pictures}
        self.concepts = concepts.build(self.names, self.vectors)

    def text_of(self, name, number):
        text = random.choice(self.pictures[name][number].texts)
        return random.choice(TEMPLATES).format(text) if name == "tiny" else text

    def sentences(self, texts):
        return torch.from_numpy(np.stack([self.vectors[t] for t in texts]))

    def draw(self, name, numbers):
        """(features, texts) of a random round and a random text for each picture."""
        rounds = random_rounds(len(self.features[name]), len(numbers))
        return self.features[name][rounds, numbers], [self.text_of(name, int(i)) for i in numbers]


def wrong_colours(texts):
    """Captions of no picture: those of `texts` that name a colour, with another one."""
    return [t for t in map(colours.recoloured, texts) if t]


def contrastive(similarity, sentences, flickr, scale, also=None):
    """Symmetric cross-entropy; other sets' pictures of the same thing are not negatives, nor is what `also` marks.

    Columns of `similarity` beyond its rows are texts without a picture.
    """
    logits, count = scale.exp().clamp(max=100) * similarity, len(similarity)
    other = torch.arange(count) >= flickr
    same = (sentences @ sentences.T > SAME) & (other[:, None] | other[None])
    if also is not None:
        same = same | also
    same.fill_diagonal_(False)
    logits = logits.masked_fill(F.pad(same, (0, logits.shape[1] - count)), -1e4)
    target = torch.arange(count)
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits[:, :count].T, target)) / 2


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
            features, texts = torch.cat([p[0] for p in parts]), [t for p in parts for t in p[1]]
            sentences = material.sentences(texts + wrong_colours(texts[:FLICKR]))
            similarity = image(features) @ text(sentences).T
            similarity = similarity + concept_similarity(material.concepts, features, sentences)
            loss = contrastive(similarity, sentences[:len(texts)], FLICKR, scale)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        if epoch % 4 == 3 or epoch == epochs - 1:
            print(f"epoch {epoch + 1}: loss {loss.item():.3f}, {time.time() - started:.0f} s", flush=True)
    return image.eval(), text.eval()


def main():
    parser = arguments.parser(__doc__)
    parser.add_argument("--epochs", type=int, default=12)
    args = parser.parse_args()
    torch.manual_seed(SEED)
    random.seed(SEED)
    material = Material(args)
    features = {n: load_features(args.out, n, 1)[0] for n in ("dev", "caltech", "tiny-kept", "fashion-kept")}
    image, text = train(material, heads.ImageHead(), heads.TextHead(), args.epochs)
    torch.save({"image": image.state_dict(), "text": text.state_dict()}, args.out / "heads.pt")
    for share in (0.0, 0.6, 0.75, 0.9):
        print(f"share {share}:", scores.line(scores.measure(
            material.measuring, features, material.vectors, image, text, material.concepts, share)))


if __name__ == "__main__":
    main()
