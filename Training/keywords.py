"""Single words that tell what a picture shows, as people type them: nouns that most of its captions agree on."""

import re
from collections import Counter
from functools import cache

import wordnet

AGREEING = 3  # of five captions


def words_of(text):
    return set(re.findall(r"[a-z]{3,}", text.lower()))


@cache
def visible_nouns():
    """Nouns that one can photograph, in their singular."""
    return {w.lower() for s in wordnet.read("noun").values() if s.kind in wordnet.VISIBLE for w in s.words}


def of_pictures(pictures):
    """For each picture (its keywords, all words of its captions)."""
    nouns, out = visible_nouns(), []
    for picture in pictures:
        counts = Counter(w for t in picture.texts for w in words_of(t))
        out.append((sorted(w for w, n in counts.items() if n >= AGREEING and w in nouns), set(counts)))
    return out
