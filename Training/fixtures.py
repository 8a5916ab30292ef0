"""The reference tokens and embeddings that other implementations are tested against, and cutoffs."""

import json

import numpy as np

import features
import text_tower

LONG = "a dog runs over the grass " * 400
TOKENIZER_TEXTS = [
    "", " ", "dog", "a photo of a dog", "red sports car", "birthday cake", "Two dogs play in the snow.",
    "A man in a red jacket, holding a sign that says \"STOP!\"", "don't", "it's 5 o'clock", "rock'n'roll",
    "T-shirt", "e-mail: someone@example.com", "https://example.com/a?b=c&d=1", "50% off!!!", "C++ & C#",
    "snow-covered mountains", "under_scored_name", "UPPER lower MiXeD", "IMG_1234.JPG", "1,000,000", "3.14159",
    "$9.99 or €8,50", "café", "naïve façade", "Ünïcödé", "Ångström", "crème brûlée", "e\u0301te\u0301 (decomposed)",
    "straße", "İstanbul", "ﬁnance ﬂower", "спутник", "красная машина на улице", "ёлка и йод", "КОШКА",
    "Україна їжак", "日本の写真", "一只狗在草地上", "東京タワー", "사진 속의 개", "ไทย", "हिन्दी", "שלום עולם",
    "مرحبا بالعالم", "\u202eright to left\u202c", "Ελληνικά", "🐶", "a 🐶 on the beach 🏖️", "👩‍👩‍👧‍👦 family",
    "🏳️‍🌈 flag", "tab\tand\nnewline\r\nhere", "zero\u200bwidth", "nul\x00and\x07bell", "soft\u00adhyphen",
    "no\u00a0break\u3000space", "[CLS] dog [SEP] [MASK] [UNK]", "“curly” — dashes… ‘quotes’", "½ ² ™ №",
    "x" * 100, "x" * 101, "pneumonoultramicroscopicsilicovolcanoconiosis", LONG[:10000], "���", "𝓯𝓪𝓷𝓬𝔂",
]
EMBEDDING_TEXTS = ["", "dog", "a photo of a dog", "red sports car", "birthday cake",
                   "Two dogs play in the snow.", "a man in a red jacket climbs a rock", "asdfgh", "спутник",
                   "🐶", "men's blue shirt", LONG[:10000]]
NEIGHBOUR_BATCH = 64


def write_list(path, entries):
    rows = ",\n".join(json.dumps(e, ensure_ascii=True) for e in entries)
    path.write_text("[\n" + rows + "\n]\n", encoding="utf-8")


def embed(session, encode, texts, batch=NEIGHBOUR_BATCH):
    out = []
    for at in range(0, len(texts), batch):
        ids, mask = text_tower.batch_of(encode(list(texts[at:at + batch]), truncation=True,
                                               max_length=text_tower.MAX_LENGTH)["input_ids"])
        out.append(session.run(["embedding"], {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0])
    return np.concatenate(out)


def embed_pictures(session, pictures, batch=16):
    return np.concatenate([session.run(["embedding"], {"pixel_values": np.stack(
        [features.load(p, 0, 7) for p in pictures[i:i + batch]])})[0] for i in range(0, len(pictures), batch)])


def cutoffs(image_session, text_session, encode, dev):
    """relevance_cutoff keeps 95 % of the own pictures of the first half of the dev captions;
    full_match is the cosine that the best tenth of those own pictures reach."""
    chosen = dev[:len(dev) // 2]
    images = embed_pictures(image_session, chosen)
    texts = [embed(text_session, encode, [p.texts[n] for p in chosen]) for n in range(5)]
    own = np.concatenate([(images * t).sum(1) for t in texts])
    return {"relevance_cutoff": round(float(np.quantile(own, 0.05)), 3),
            "full_match": round(float(np.quantile(own, 0.9)), 3)}


def write(folder, encode, dev):
    """Writes both fixtures; returns the calibration of model.json."""
    text_session = features.session(str(folder / "text.onnx"), 1)
    image_session = features.session(str(folder / "image.onnx"))
    write_list(folder / "tokenizer-fixture.json",
               [{"text": t, "ids": encode(t, truncation=True, max_length=text_tower.MAX_LENGTH)["input_ids"]}
                for t in TOKENIZER_TEXTS])
    vectors = [embed(text_session, encode, [t])[0] for t in EMBEDDING_TEXTS]
    write_list(folder / "embedding-fixture.json",
               [{"text": t, "embedding": [round(float(x), 7) for x in v]}
                for t, v in zip(EMBEDDING_TEXTS, vectors)])
    return cutoffs(image_session, text_session, encode, dev)
