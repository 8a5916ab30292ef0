"""Collects the corpus that the text tower learns from, chooses its vocabulary, runs the teacher over it.

    python corpus.py --data DATA --captions SHARED --out OUT

Captions, product texts, WordNet's words, glosses and examples, made-up queries. Writes OUT/vocab.txt,
OUT/corpus.txt and the cache of the teacher's vectors.
"""

import random
import re
from collections import Counter

import arguments
import colours
import datasets
import teacher
import wordnet

VOCABULARY_SIZE = 14000
FREQUENT_IDS = 6000  # the teacher's vocabulary is in order of frequency: its head is kept whole
COLOURS = ("red orange yellow green blue purple pink brown black white grey gray golden silver beige "
           "navy dark light colorful bright").split()
QUALITIES = ("big small old young new wet tiny huge wooden sports birthday wild cute happy sad empty broken "
             "vintage modern toy stuffed smiling sleeping running sitting flying swimming baby").split()
PLACES = ("beach park street snow grass water kitchen table forest field city mountain lake river sea "
          "bed sofa floor garden desk road bridge boat train car sky sunset night rain crowd stage "
          "stadium playground pool restaurant market church wall window").split()
TEMPLATES = ["a photo of a {}", "a photo of {}", "a picture of a {}", "{} photo", "a {}", "the {}",
             "two {}s", "a close-up of a {}", "my {}", "a person with a {}", "a group of {}s",
             "an image of the {}", "a drawing of a {}"]


def build(training, rng):
    nouns, counts = wordnet.read("noun"), wordnet.familiarity()
    classes, _ = wordnet.imagenet()
    visible = [s for s in nouns.values() if s.kind in wordnet.VISIBLE]
    words = {w for s in visible for w in s.words}
    common = sorted({w for w in words if counts.get(w.lower(), 0) >= 2 and len(w) > 2})
    class_names = sorted({w for c in classes for w in c.words})
    texts = [t for p in training["flickr"] for t in p.texts]
    texts += sorted(words)[::2] + common * 2 + class_names * 2
    for name in ("tiny", "fashion", "grocery"):
        texts += sorted({t for p in training[name] for t in p.texts})
    everyday = common + class_names
    for word in everyday:
        texts += [t.format(word) for t in rng.sample(TEMPLATES, 2)]
    for _ in range(20000):
        a, b = rng.sample(everyday, 2)
        colour, quality, place = rng.choice(COLOURS), rng.choice(QUALITIES), rng.choice(PLACES)
        texts.append(rng.choice([f"{colour} {a}", f"{quality} {a}", f"{a} and {b}", f"{a} in the {place}",
                                 f"{a} on a {place}", f"a {colour} {a} near a {b}", f"{a} {b}",
                                 f"{quality} {colour} {a}", f"a man with a {a}", f"a woman holding a {a}"]))
    glosses = [re.sub(r"^\([^)]*\)\s*", "", s.gloss.split(";")[0]).strip() for s in visible]
    texts += rng.sample([g for g in glosses if 8 < len(g) < 90], 30000)
    for part in ("noun", "verb", "adj"):
        examples = sorted({e for s in wordnet.read(part).values() for e in s.examples if 8 < len(e) < 80})
        texts += rng.sample(examples, 5000)
    texts += sorted({w for s in wordnet.read("verb").values() for w in s.words})[::2]
    texts += sorted({w for s in wordnet.read("adj").values() for w in s.words})[::4]
    return sorted(set(texts))


def vocabulary(texts, tokenizer, size):
    """The special tokens, all single characters, then the teacher's most used tokens."""
    known = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    singles = [t for t, _ in known if len(t) == 1 or (len(t) == 3 and t.startswith("##"))]
    chosen = set(specials + singles + [t for t, i in known if 999 <= i < FREQUENT_IDS])
    uses = Counter(t for text in texts for t in tokenizer.tokenize(text))
    for token, _ in sorted(uses.items(), key=lambda item: (-item[1], item[0])):
        if len(chosen) >= size:
            break
        chosen.add(token)
    return specials + [t for t, _ in known if t in chosen and t not in specials]


def main():
    args = arguments.parser(__doc__).parse_args()
    training, _ = datasets.everything(args.data, args.captions)
    texts = build(training, random.Random(7))
    vocab = vocabulary(texts, teacher.tokenizer(), VOCABULARY_SIZE)
    (args.out / "vocab.txt").write_text("\n".join(vocab) + "\n", encoding="utf-8")
    changed = {colours.recoloured(t) for p in training["flickr"] for t in p.texts} - {None}
    texts = sorted(changed.union(texts))
    (args.out / "corpus.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
    print(f"{len(texts)} texts, {len(vocab)} tokens", flush=True)
    teacher.sentence_vectors(texts, args.out)


if __name__ == "__main__":
    main()
