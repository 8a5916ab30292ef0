"""Captions in which one colour is replaced: right but for the colour, so they teach to look at it."""

import random
import re

COLOURS = "red orange yellow green blue purple pink brown black white".split()
_PATTERN = re.compile(rf"\b({'|'.join(COLOURS)})\b", re.IGNORECASE)


def recoloured(text):
    """`text` with one of its colours replaced by another, always the same; None when it names no colour."""
    found = list(_PATTERN.finditer(text))
    if not found:
        return None
    rng = random.Random(text)
    chosen = rng.choice(found)
    other = rng.choice([c for c in COLOURS if c != chosen.group().lower()])
    return text[:chosen.start()] + other + text[chosen.end():]
