"""A minimal reader of WordNet 3.0 (Debian package wordnet-base)."""

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path("/usr/share/wordnet")
# Nouns one can photograph: Tops, act, animal, artifact, body, event, food, location, object,
# person, phenomenon, plant, shape, substance.
VISIBLE = {3, 4, 5, 6, 8, 11, 13, 15, 17, 18, 19, 20, 25, 27}
# Hypernyms from here upwards say nothing that a person would search for.
GENERAL = {"entity", "physical entity", "object", "whole", "artifact", "instrumentality", "matter",
           "organism", "living thing", "abstraction", "device", "conveyance", "container", "structure",
           "chordate", "vertebrate", "placental", "covering", "commodity", "causal agent", "equipment",
           "consumer goods", "substance", "thing", "unit", "implement", "physical object",
           "psychological feature", "solid", "attribute", "relation", "mechanism", "article", "ware",
           "area", "surface", "creation", "part", "material", "system", "way", "supporting structure",
           "foodstuff", "nutriment", "ingredient", "natural object", "plant part", "plant organ",
           "reproductive structure", "arthropod", "invertebrate", "domestic animal", "vascular plant",
           "obstruction", "barrier", "restraint", "support", "measuring instrument", "line", "strip",
           "protective covering", "piece", "assets", "product", "young", "even-toed ungulate",
           "odd-toed ungulate", "gnawing mammal", "game", "decoration", "garment", "passage",
           "self-propelled vehicle", "wheeled vehicle", "durables", "course", "nutrient", "home appliance"}


@dataclass
class Synset:
    offset: int
    kind: int
    words: list
    hypernyms: list
    gloss: str
    examples: list = field(default_factory=list)


def read(part):
    """All synsets of `part` ("noun", "verb", "adj", "adv") by offset."""
    synsets = {}
    for line in (ROOT / f"data.{part}").read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            continue
        data, _, gloss = line.partition("|")
        f = data.split()
        count = int(f[3], 16)
        words = [re.sub(r"\(\w+\)$", "", w).replace("_", " ") for w in f[4:4 + 2 * count:2]]
        at = 4 + 2 * count
        pointers = [f[at + 1 + 4 * i:at + 5 + 4 * i] for i in range(int(f[at]))]
        hypernyms = [int(p[1]) for p in pointers if p[0] in ("@", "@i") and p[2] == "n"]
        definition = re.sub(r'"[^"]*"', "", gloss).strip(" ;\t")
        synsets[int(f[0])] = Synset(int(f[0]), int(f[1]), words, hypernyms, definition,
                                    re.findall(r'"([^"]+)"', gloss))
    return synsets


def familiarity():
    """How often each lemma (lower case) is used in the sense-tagged texts of WordNet."""
    counts = {}
    for line in (ROOT / "cntlist.rev").read_text().splitlines():
        key, _, count = line.split()
        lemma = key.split("%")[0].replace("_", " ")
        counts[lemma] = counts.get(lemma, 0) + int(count)
    return counts


def everyday_names(synset, nouns, counts, depth=9):
    """[(name, step)]: the synset's own names (step 0), then useful names of its hypernyms."""
    names, level, seen = [(w, 0) for w in synset.words], [synset], set()
    for step in range(1, depth + 1):
        level = [nouns[h] for s in level for h in s.hypernyms if h in nouns]
        for s in level:
            if s.offset in seen or s.words[0].lower() in GENERAL:
                continue
            seen.add(s.offset)
            known = [w for w in s.words if counts.get(w.lower(), 0) > 0 or len(s.words) == 1]
            names += [(w, step) for w in sorted(known, key=lambda w: -counts.get(w.lower(), 0))[:3]]
    return names


def imagenet():
    """The 1,000 ImageNet classes in the trunk's order, as synsets."""
    from importlib.metadata import files

    path = next(p.locate() for p in files("timm") if p.name == "imagenet_synsets.txt")
    nouns = read("noun")
    return [nouns[int(line[1:])] for line in Path(path).read_text().split()], nouns
