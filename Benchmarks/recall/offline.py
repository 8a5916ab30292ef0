"""What the model alone finds, computed in Python without Glimpse: the figure that the HTTP API must reproduce.

Pillow decodes, onnxruntime embeds, the `tokenizers` package tokenizes, numpy ranks. A lower recall over HTTP means
that our decoding, tokenizer or index loses something; it must not.
"""

import pathlib

import numpy as np
import onnxruntime
from PIL import Image
from tokenizers import BertWordPieceTokenizer

from Benchmarks.index.reference import BATCH, Embedder, Preprocessing


def image_vectors(paths: list[pathlib.Path], model: pathlib.Path, threads: int) -> np.ndarray:
    embed = Embedder(model, threads)
    preprocessing = Preprocessing.of(embed.manifest)
    vectors = []
    for start in range(0, len(paths), BATCH):
        pictures = [preprocessing(Image.open(path).convert("RGB")) for path in paths[start : start + BATCH]]
        vectors.append(embed(pictures))
    return np.concatenate(vectors)


def text_vectors(texts: list[str], model: pathlib.Path, manifest: dict) -> np.ndarray:
    text = manifest["text"]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # one sentence at a time is too little work to share
    session = onnxruntime.InferenceSession(model / text["file"], options, providers=["CPUExecutionProvider"])
    tokenizer = BertWordPieceTokenizer(
        str(model / text["tokenizer"]["file"]), lowercase=text["tokenizer"].get("lowercase", True)
    )
    tokenizer.enable_truncation(text["max_length"])
    vectors = []
    for sentence in texts:
        filled = [template.replace("{}", sentence) for template in text.get("templates", ["{}"])]
        vectors.append(np.mean([_text_vector(session, text, tokenizer.encode(one)) for one in filled], axis=0))
    stacked = np.stack(vectors)
    return stacked / np.linalg.norm(stacked, axis=1, keepdims=True)


def _text_vector(session: onnxruntime.InferenceSession, text: dict, encoding) -> np.ndarray:
    kind = np.dtype(text["id_type"])
    inputs = {text["input_ids"]: np.array([encoding.ids], kind)}
    if text.get("attention_mask"):
        inputs[text["attention_mask"]] = np.array([encoding.attention_mask], kind)
    (vector,) = session.run([text["output"]], inputs)
    return vector[0] / np.linalg.norm(vector[0])


def ranks(texts: np.ndarray, images: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The rank, from 0, of the wanted image for each text."""
    similarity = texts @ images.T
    own = similarity[np.arange(len(wanted)), wanted][:, None]
    return (similarity > own).sum(axis=1)
