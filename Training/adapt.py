"""Fine-tunes the whole text tower with its head against the finished picture side.

    python adapt.py --data DATA --captions SHARED --out OUT [--epochs 12]

Starts from OUT/student.pt and the heads of OUT/tuned.pt, whose picture side stays as it is; writes
OUT/text.pt (tower, head): the mean of the weights after the last two passes. The teacher's vectors are kept by
distillation, on the captions and on a share of the corpus, so that words without a picture are not forgotten.
"""

import copy
import random
import time

import torch
import torch.nn.functional as F

import arguments
import distil
import gibberish
import heads
import keywords
import scores
import teacher
import text_tower
import train
import trunk
import tune

FLICKR, OTHERS, CORPUS, GIBBERISH = 256, {"tiny": 32, "fashion": 48, "grocery": 16}, 128, 24
ROUNDS = {"flickr": 4}  # of the pictures; two of the other sets
TOWER_RATE, HEAD_RATE, DECAY = 1e-4, 3e-4, 0.01
KEEP = 3.0  # weight of the distillation
KEYWORD = 0.2  # share of the Flickr8k pictures that are asked for by a keyword instead of a caption
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
        return self.vectors[name][train.random_rounds(len(self.vectors[name]), len(numbers)), numbers]


class Keywords:
    """Asks for some of the Flickr8k pictures by a single word."""

    def __init__(self, pictures):
        self.of_pictures = keywords.of_pictures(pictures)

    def all(self):
        return {w for words, _ in self.of_pictures for w in words}

    def exchange(self, numbers, captions):
        """`captions` with keywords in the place of some."""
        return [random.choice(self.of_pictures[i][0]) if random.random() < KEYWORD and self.of_pictures[i][0] else t
                for i, t in zip(numbers.tolist(), captions)]

    def shared(self, numbers, texts):
        """[i, j]: text j is a word that a caption of picture i has too; texts beyond `numbers` are none."""
        said = [self.of_pictures[i][1] for i in numbers.tolist()]
        out = torch.zeros(len(texts), len(texts), dtype=torch.bool)
        out[:len(said), :len(said)] = torch.tensor([[t in words for t in texts[:len(said)]] for words in said])
        return out


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


def draw(material, words, numbers, corpus):
    """Texts of one step: of the pictures `numbers`, of no picture, and any texts of the corpus."""
    own = [material.text_of(name, int(i)) for name, n in numbers.items() for i in n]
    unowned = train.wrong_colours(own[:FLICKR]) + [gibberish.query() for _ in range(GIBBERISH)]
    own[:FLICKR] = words.exchange(numbers["flickr"], own[:FLICKR])
    return own, unowned, random.sample(corpus, CORPUS)


def adapt(material, pictures, words, texts, corpus, epochs, after_epoch):
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
            own, unowned, others = draw(material, words, numbers, corpus)
            asked = own + unowned + others
            known = [i for i, t in enumerate(asked) if t in material.vectors]
            wanted, found = material.sentences([asked[i] for i in known]), texts.sentences(asked)
            loss = train.contrastive(images @ texts.join(found[:len(own + unowned)]).T, wanted[:len(own)], FLICKR,
                                     scale, words.shared(numbers["flickr"], own))
            distance, divergence = distil.loss_of(found[known], wanted)
            optimiser.zero_grad()
            (loss + KEEP * distance + divergence).backward()
            torch.nn.utils.clip_grad_norm_(texts.tower.parameters(), 1.0)
            optimiser.step()
            schedule.step()
        print(f"pass {epoch + 1}: loss {loss.item():.3f}, distance {distance.item():.4f}, "
              f"{time.time() - started:.0f} s", flush=True)
        after_epoch(epoch)


def main():
    parser = arguments.parser(__doc__)
    parser.add_argument("--epochs", type=int, default=12)
    args = parser.parse_args()
    torch.manual_seed(train.SEED)
    random.seed(train.SEED)
    material = train.Material(args)
    corpus = text_tower.read_lines(args.out / "corpus.txt")
    words = Keywords(material.pictures["flickr"])
    material.vectors |= teacher.sentence_vectors(words.all().union(corpus), args.out)
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
    adapt(material, pictures, words, texts, corpus, args.epochs, after_epoch)
    torch.save(tune.mean_of(*kept[-2:]), args.out / "text.pt")


if __name__ == "__main__":
    main()
