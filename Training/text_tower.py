"""The text tower: a small BERT over our own vocabulary, and its int8 ONNX form."""

import re

import numpy as np
import torch
from onnx import TensorProto
from transformers import BertConfig, BertModel, BertTokenizerFast

WIDTH, HEADS = 384, 12
LAYERS_OF_TEACHER = (0, 2, 5)  # those that the tower's layers start from
MAX_LENGTH = 64


def tokenizer(vocab_path):
    return BertTokenizerFast(vocab=str(vocab_path), do_lower_case=True, model_max_length=MAX_LENGTH)


def build(vocabulary_size):
    """A tower with random weights, positions up to MAX_LENGTH and one token type."""
    config = BertConfig(vocab_size=vocabulary_size, hidden_size=WIDTH, num_attention_heads=HEADS,
                        num_hidden_layers=len(LAYERS_OF_TEACHER), intermediate_size=4 * WIDTH,
                        max_position_embeddings=MAX_LENGTH, type_vocab_size=1)
    return BertModel(config, add_pooling_layer=False)


def from_teacher(source, rows):
    """A tower that starts as LAYERS_OF_TEACHER of `source`, with the embeddings of the tokens `rows`."""
    tower, old = build(len(rows)), source.state_dict()
    kept = {"word": rows, "position": slice(MAX_LENGTH), "token_type": slice(1)}
    state = tower.state_dict()
    for name in state:
        embeddings = re.match(r"embeddings\.(\w+)_embeddings\.weight", name)
        layer = re.match(r"encoder\.layer\.(\d+)\.(.*)", name)
        if embeddings:
            state[name] = old[name][kept[embeddings.group(1)]]
        elif layer:
            state[name] = old[f"encoder.layer.{LAYERS_OF_TEACHER[int(layer.group(1))]}.{layer.group(2)}"]
        elif name in old and state[name].shape == old[name].shape:
            state[name] = old[name]
    tower.load_state_dict(state)
    return tower


def read_lines(path):
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def load(state, vocab_path):
    """(tower, tokenizer) from a state dictionary and a vocabulary file."""
    tower = build(len(read_lines(vocab_path)))
    tower.load_state_dict(state)
    return tower.eval(), tokenizer(vocab_path)


def batch_of(token_ids):
    """(ids, mask) tensors of lists of token ids, padded."""
    ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(i) for i in token_ids], batch_first=True)
    lengths = torch.tensor([len(i) for i in token_ids])
    return ids, (torch.arange(ids.shape[1])[None] < lengths[:, None]).long()


def pool(hidden, mask):
    """Mean over the tokens, L2-normalised, as sentence-transformers does for this model."""
    mask = mask.unsqueeze(-1).to(hidden.dtype)
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


def embed(tower, ids, mask):
    return pool(tower(input_ids=ids, attention_mask=mask).last_hidden_state, mask)


def embed_texts(tower, encode, texts, batch=256):
    """Dictionary text -> unit sentence vector."""
    texts = sorted(set(texts), key=lambda t: (len(t), t))
    out = {}
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(texts), batch):
            part = texts[at:at + batch]
            ids = encode(part, truncation=True, max_length=MAX_LENGTH)["input_ids"]
            vectors = embed(tower, *batch_of(ids)).float()
            out.update(zip(part, torch.nn.functional.normalize(vectors, dim=-1).numpy()))
    return out


def add_to_graph(graph, tower):
    """Adds the tower with mean pooling; returns the name of the unit sentence vector."""
    w = {k: v.detach().float().numpy() for k, v in tower.state_dict().items()}
    const, node = graph.constant, graph.node

    def norm(x, name):
        return node("LayerNormalization", [x, const(name + ".g", w[name + ".weight"]),
                                           const(name + ".b", w[name + ".bias"])], axis=-1, epsilon=1e-12)

    def linear(x, name):
        return graph.integer_linear(graph.quantised_rows(x), name, w[name + ".weight"], w[name + ".bias"])

    words = w["embeddings.word_embeddings.weight"]
    scale = np.maximum(np.abs(words).max(1, keepdims=True), 1e-8) / 127
    rows = node("Gather", [const("words.int8", np.rint(words / scale).astype(np.int8)), "input_ids"])
    scales = node("Gather", [const("words.scale", scale), "input_ids"])
    x = node("Mul", [node("Cast", [rows], to=TensorProto.FLOAT), scales])
    length = node("Slice", [node("Shape", ["input_ids"]), const("i1", np.array([1])), const("i2", np.array([2]))])
    places = w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"]
    x = node("Add", [x, node("Slice", [const("positions", places), const("i0", np.array([0])), length])])
    x = norm(x, "embeddings.LayerNorm")

    mask = node("Cast", ["attention_mask"], to=TensorProto.FLOAT)
    wide = node("Unsqueeze", [mask, const("axes12", np.array([1, 2]))])
    blocked = node("Mul", [node("Sub", [wide, const("one", np.float32(1))]), const("big", np.float32(1e9))])
    split = const("split", np.array([0, 0, 3, HEADS, WIDTH // HEADS]))
    merged = const("merged", np.array([0, 0, WIDTH]))
    scale = const("attention.scale", np.float32((WIDTH // HEADS) ** -0.5))
    for i in range(tower.config.num_hidden_layers):
        p = f"encoder.layer.{i}."
        joined = [np.concatenate([w[f"{p}attention.self.{n}.{part}"] for n in ("query", "key", "value")])
                  for part in ("weight", "bias")]
        y = graph.integer_linear(graph.quantised_rows(x), p + "attention.self", *joined)
        y = node("Transpose", [node("Reshape", [y, split])], perm=[2, 0, 3, 1, 4])  # part, batch, head, token
        query, key, value = (node("Gather", [y, const(f"{p}part{n}", np.array(n))], axis=0) for n in range(3))
        scores = node("MatMul", [query, node("Transpose", [key], perm=[0, 1, 3, 2])])
        shares = node("Softmax", [node("Add", [node("Mul", [scores, scale]), blocked])], axis=-1)
        mixed = node("Transpose", [node("MatMul", [shares, value])], perm=[0, 2, 1, 3])
        mixed = linear(node("Reshape", [mixed, merged]), p + "attention.output.dense")
        x = norm(node("Add", [x, mixed]), p + "attention.output.LayerNorm")
        inner = graph.gelu(linear(x, p + "intermediate.dense"))
        x = norm(node("Add", [x, linear(inner, p + "output.dense")]), p + "output.LayerNorm")

    column = node("Unsqueeze", [mask, const("axis2", np.array([2]))])
    total = node("ReduceSum", [node("Mul", [x, column]), const("axis1", np.array([1]))], keepdims=0)
    return graph.normalise(total)
