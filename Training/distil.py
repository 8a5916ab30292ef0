"""Distils the teacher's sentence vectors into the small text tower.

    python distil.py --out OUT [--steps 1000]

Reads OUT/corpus.txt, OUT/corpus.npy and OUT/vocab.txt, writes OUT/text_tower.pt.
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch

import text_tower

LAYERS_OF_TEACHER = (0, 2, 5)
BATCH = 128
LONGEST = 24  # tokens; longer texts cost much and are rare as queries
RATE = 5e-4
SEED = 7


def batches(lengths, rng):
    """Endless batches of similar length, in random order."""
    while True:
        order = np.argsort(lengths + rng.uniform(0, 1.5, len(lengths)), kind="stable")
        starts = rng.permutation(np.arange(0, len(order) - BATCH + 1, BATCH))
        for at in starts:
            yield order[at:at + BATCH]


def rate_at(step, steps, warm=100):
    if step < warm:
        return RATE * (step + 1) / warm
    return RATE * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm))))


def distil(tower, ids, targets, steps, path):
    rng = np.random.default_rng(SEED)
    optimiser = torch.optim.AdamW(tower.parameters(), RATE, weight_decay=0.01)
    held = rng.choice(len(ids), 1000, replace=False)
    held_batch = text_tower.batch_of([ids[i] for i in held])
    short = [i for i, tokens in enumerate(ids) if len(tokens) <= LONGEST]
    training = np.setdiff1d(short, held)
    source = batches(np.array([len(ids[i]) for i in training]), rng)
    started, average = time.time(), None
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, steps)
        chosen = training[next(source)]
        tokens, mask = text_tower.batch_of([ids[i] for i in chosen])
        with torch.autocast("cpu", torch.bfloat16):
            out = text_tower.embed(tower, tokens, mask)
        loss = (1 - (out.float() * torch.from_numpy(targets[chosen].astype(np.float32))).sum(1)).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
        optimiser.step()
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        if step % 50 == 49:
            print(f"step {step + 1}: distance {average:.4f}, {time.time() - started:.0f} s", flush=True)
        if step % 400 == 399 or step == steps - 1:
            with torch.no_grad():
                cosine = (text_tower.embed(tower, *held_batch).numpy() * targets[held]).sum(1)
            print(f"step {step + 1}: held-out cosine {cosine.mean():.4f}", flush=True)
            text_tower.save(tower, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1000)
    args = parser.parse_args()
    torch.manual_seed(SEED)
    vocab = (args.out / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1]
    texts = (args.out / "corpus.txt").read_text(encoding="utf-8").split("\n")[:-1]
    encode = text_tower.tokenizer(args.out / "vocab.txt")
    ids = encode(texts, truncation=True, max_length=text_tower.MAX_LENGTH)["input_ids"]
    tower = text_tower.from_teacher(vocab, LAYERS_OF_TEACHER)
    distil(tower.train(), ids, np.load(args.out / "corpus.npy"), args.steps, args.out / "text_tower.pt")


if __name__ == "__main__":
    main()
