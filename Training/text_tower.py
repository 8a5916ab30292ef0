"""The small text tower: a few BERT layers over our own vocabulary, and its ONNX form."""

import numpy as np
import torch
from onnx import TensorProto
from transformers import BertConfig, BertModel, BertTokenizerFast

import teacher

WIDTH, HEADS = 384, 12
MAX_LENGTH = 64


def tokenizer(vocab_path):
    return BertTokenizerFast(vocab=str(vocab_path), do_lower_case=True, model_max_length=MAX_LENGTH)


def create(layers, vocabulary_size):
    config = BertConfig(vocab_size=vocabulary_size, hidden_size=WIDTH, num_hidden_layers=layers,
                        num_attention_heads=HEADS, intermediate_size=4 * WIDTH,
                        max_position_embeddings=MAX_LENGTH, type_vocab_size=1,
                        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
                        attn_implementation="sdpa")
    return BertModel(config, add_pooling_layer=False)


def from_teacher(vocab, chosen_layers):
    """A tower that starts from the teacher's rows for `vocab` and some of its layers."""
    source = teacher.model().state_dict()
    ids = teacher.tokenizer().convert_tokens_to_ids(vocab)
    tower = create(len(chosen_layers), len(vocab))
    state = tower.state_dict()
    for name in state:
        if name == "embeddings.word_embeddings.weight":
            state[name] = source[name][ids]
        elif name == "embeddings.position_embeddings.weight":
            state[name] = source[name][:MAX_LENGTH]
        elif name == "embeddings.token_type_embeddings.weight":
            state[name] = source[name][:1]
        elif name.startswith("encoder.layer."):
            _, _, number, rest = name.split(".", 3)
            state[name] = source[f"encoder.layer.{chosen_layers[int(number)]}.{rest}"]
        elif name in source:
            state[name] = source[name][:, :MAX_LENGTH] if "ids" in name else source[name]
    tower.load_state_dict(state)
    return tower


def save(tower, path):
    torch.save({"layers": tower.config.num_hidden_layers, "state": tower.state_dict()}, path)


def load(path):
    saved = torch.load(path)
    tower = create(saved["layers"], saved["state"]["embeddings.word_embeddings.weight"].shape[0])
    tower.load_state_dict(saved["state"])
    return tower.eval()


def batch_of(token_ids):
    """(ids, mask) tensors of lists of token ids, padded."""
    ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(i) for i in token_ids], batch_first=True)
    lengths = torch.tensor([len(i) for i in token_ids])
    return ids, (torch.arange(ids.shape[1])[None] < lengths[:, None]).long()


def embed(tower, ids, mask):
    return teacher.pool(tower(input_ids=ids, attention_mask=mask).last_hidden_state, mask)


def add_to_graph(graph, tower):
    """Adds the tower with mean pooling; returns the name of the unit sentence vector."""
    w = {k: v.detach().float().numpy() for k, v in tower.state_dict().items()}
    const, node = graph.constant, graph.node

    def norm(x, name):
        return node("LayerNormalization", [x, const(name + ".g", w[name + ".weight"]),
                                           const(name + ".b", w[name + ".bias"])], axis=-1, epsilon=1e-12)

    def linear(x, name):
        return graph.linear(x, name, w[name + ".weight"], w[name + ".bias"])

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
    split = const("split", np.array([0, 0, HEADS, WIDTH // HEADS]))
    merged = const("merged", np.array([0, 0, WIDTH]))
    root = const("root", np.float32((WIDTH // HEADS) ** -0.5))
    for i in range(tower.config.num_hidden_layers):
        p = f"encoder.layer.{i}."

        def heads(part, perm):
            y = node("Reshape", [linear(x, p + "attention.self." + part), split])
            return node("Transpose", [y], perm=perm)

        scores = node("MatMul", [heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1])])
        shares = node("Softmax", [node("Add", [node("Mul", [scores, root]), blocked])], axis=-1)
        mixed = node("MatMul", [shares, heads("value", [0, 2, 1, 3])])
        mixed = node("Reshape", [node("Transpose", [mixed], perm=[0, 2, 1, 3]), merged])
        x = norm(node("Add", [x, linear(mixed, p + "attention.output.dense")]), p + "attention.output.LayerNorm")
        inner = graph.gelu(linear(x, p + "intermediate.dense"), p + "gelu")
        x = norm(node("Add", [x, linear(inner, p + "output.dense")]), p + "output.LayerNorm")

    column = node("Unsqueeze", [mask, const("axis2", np.array([2]))])
    total = node("ReduceSum", [node("Mul", [x, column]), const("axis1", np.array([1]))], keepdims=0)
    return graph.normalise(total)
