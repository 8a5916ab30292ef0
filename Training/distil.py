"""Distils the teacher's sentence vectors into the text tower.

    python distil.py --data DATA --captions SHARED --out OUT [--steps 3500]

Reads OUT/corpus.txt, OUT/vocab.txt and the cache of the teacher's vectors; writes OUT/student.pt.
"""

import math
import time

import numpy as np
import torch
import torch.nn.functional as F

import arguments
import datasets
import teacher
import text_tower

SEED = 7
BATCH = 256
LONGEST = 32  # tokens; longer texts cost much and are rare as queries
RATE, FINAL_RATE, WARM, DECAY = 6e-4, 1e-5, 100, 0.01
SHARPNESS = 20.0  # of the distribution over the batch that a text's similarities make
REPORT = 200


class Batches:
    """Endless batches of texts of like length, so that little is padding, in random order."""

    def __init__(self, texts, encode, vectors, rng):
        ids = encode(texts, truncation=True, max_length=LONGEST)["input_ids"]
        self.ids, self.rng = ids, rng
        self.vectors = np.stack([vectors[t] for t in texts])
        self.lengths = np.array([len(i) for i in ids])

    def __iter__(self):
        while True:
            order = np.argsort(self.lengths + self.rng.uniform(0, 1.5, len(self.ids)), kind="stable")
            for at in self.rng.permutation(np.arange(0, len(order) - BATCH + 1, BATCH)):
                chosen = order[at:at + BATCH]
                yield *text_tower.batch_of([self.ids[i] for i in chosen]), torch.from_numpy(self.vectors[chosen])


def rate_at(step, steps):
    """A linear rise, then half a cosine."""
    if step < WARM:
        return RATE * (step + 1) / WARM
    return FINAL_RATE + (RATE - FINAL_RATE) * (1 + math.cos(math.pi * (step - WARM) / max(1, steps - WARM))) / 2


def loss_of(student, wanted):
    """(1 - cosine, divergence of the similarities to the batch): the second keeps neighbours apart."""
    distance = (1 - (student * wanted).sum(1)).mean()
    own = (SHARPNESS * student @ wanted.T).log_softmax(1)
    divergence = F.kl_div(own, (SHARPNESS * wanted @ wanted.T).log_softmax(1), log_target=True,
                          reduction="batchmean")
    return distance, divergence


def held_out(measuring):
    """Texts of the pictures that are kept out, by kind; the corpus has most of the names, as words of WordNet."""
    return {"captions": sorted({t for p in measuring["dev"] for t in p.texts}),
            "names": sorted({p.label for p in measuring["caltech"]}),
            "titles": sorted({p.texts[0] for p in measuring["fashion-kept"]})}


def agreement(tower, encode, kinds, vectors):
    """Mean cosine with the teacher for each kind of text."""
    out = {}
    for kind, texts in kinds.items():
        found = text_tower.embed_texts(tower, encode, texts)
        out[kind] = float(np.mean([found[t] @ vectors[t] for t in texts]))
    return ", ".join(f"{k} {v:.4f}" for k, v in out.items())


def distil(tower, batches, steps, report):
    optimiser = torch.optim.AdamW(tower.parameters(), RATE, weight_decay=DECAY, fused=True)
    started, averages = time.time(), None
    for step, (ids, mask, wanted) in zip(range(steps), batches):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, steps)
        with torch.autocast("cpu", torch.bfloat16):
            student = text_tower.embed(tower, ids, mask)
        distance, divergence = loss_of(student.float(), wanted)
        optimiser.zero_grad()
        (distance + divergence).backward()
        torch.nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
        optimiser.step()
        now = np.array([distance.item(), divergence.item()])
        averages = now if averages is None else 0.98 * averages + 0.02 * now
        if step % REPORT == REPORT - 1 or step == steps - 1:
            print(f"step {step + 1}: distance {averages[0]:.4f}, divergence {averages[1]:.4f}, "
                  f"{time.time() - started:.0f} s; held out: {report()}", flush=True)


def main():
    parser = arguments.parser(__doc__)
    parser.add_argument("--steps", type=int, default=3500)
    args = parser.parse_args()
    torch.manual_seed(SEED)
    texts = text_tower.read_lines(args.out / "corpus.txt")
    _, measuring = datasets.everything(args.data, args.captions)
    kinds = held_out(measuring)
    vectors = teacher.sentence_vectors({*texts, *(t for k in kinds.values() for t in k)}, args.out)
    encode = text_tower.tokenizer(args.out / "vocab.txt")
    rows = teacher.tokenizer().convert_tokens_to_ids(text_tower.read_lines(args.out / "vocab.txt"))
    tower = text_tower.from_teacher(teacher.model(), rows).eval()  # no dropout: the corpus is large enough

    def report():
        torch.save(tower.state_dict(), args.out / "student.pt")
        return agreement(tower, encode, kinds, vectors)

    print(f"{len(texts)} texts; before: {report()}", flush=True)
    distil(tower, Batches(texts, encode, vectors, np.random.default_rng(SEED)), args.steps, report)


if __name__ == "__main__":
    main()
