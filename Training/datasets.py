"""Lists the pictures of each data set with the texts that go with them.

The last tenth (by sorted name) of tiny-imagenet, fashion and grocery, all of
Caltech-101 and the Flickr8k dev pictures are for measuring only.
"""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Picture:
    path: Path
    texts: list = field(default_factory=list)
    label: str = ""


def _captions(root):
    captions = defaultdict(list)
    with open(root / "flickr8k-captions.csv", newline="", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            captions[row["image"]].append(row["caption"].strip())
    return captions


def flickr(data, captions_root, part):
    captions = _captions(captions_root)
    return [Picture(p, captions[p.name]) for p in sorted((data / f"flickr8k-{part}").glob("*.jpg"))]


def tiny_words(data):
    """WordNet id -> list of names."""
    lines = (data / "tiny-imagenet-part" / "words.tsv").read_text().splitlines()
    pairs = (line.split("\t", 1) for line in lines if line.strip())
    return {k: [n.strip() for n in v.split(",")] for k, v in pairs}


def tiny(data):
    words = tiny_words(data)
    return [Picture(p, words[p.parent.name], p.parent.name)
            for p in sorted((data / "tiny-imagenet-part").glob("*/*.JPEG"))]


CALTECH_NAMES = {"Faces_easy": "face", "Faces": "face", "Motorbikes": "motorbike",
                 "airplanes": "airplane", "Leopards": "leopard", "water_lilly": "water lily",
                 "car_side": "car side"}


def caltech(data):
    out = []
    for p in sorted((data / "caltech101-part").glob("*/*.jpg")):
        name = CALTECH_NAMES.get(p.parent.name, p.parent.name.replace("_", " "))
        out.append(Picture(p, [name], name))
    return out


def grocery(data):
    root = data / "grocery-train"
    with open(root / "classes.csv", newline="") as f:
        coarse = {r["Class Name (str)"]: r["Coarse Class Name (str)"] for r in csv.DictReader(f)}
    out = []
    for p in sorted((root / "train").rglob("*.jpg")):
        fine, kind = p.parent.name, coarse[p.parent.name]
        fine_text, kind_text = fine.replace("-", " ").lower(), kind.replace("-", " ").lower()
        texts = [fine_text, kind_text]
        if kind_text.split()[-1] not in fine_text:
            texts.append(f"{fine_text} {kind_text}")
        out.append(Picture(p, texts, kind_text))
    return out


def fashion(data, captions_root):
    out = []
    with open(captions_root / "fashion.csv", newline="", encoding="utf-8") as f:
        rows = sorted(csv.DictReader(f), key=lambda r: r["image"])
    for r in rows:
        parts = [p.strip() for p in r["description"].split(" - ")]
        texts = [r["title"]]
        if len(parts) >= 4:
            kind, colour = parts[2].lower(), parts[3].lower()
            kind = re.sub(r"^tshirts$", "t-shirts", kind)
            texts += [kind, f"{colour} {kind}"]
            person = re.search(r"\b(men|women|boys|girls|unisex|kids)\b", r["title"].lower())
            if person:
                texts.append(f"{person.group(1)} {colour} {kind}")
        out.append(Picture(data / "fashion" / r["image"], texts, parts[2].lower() if len(parts) > 2 else ""))
    return [p for p in out if p.path.exists()]


def split(pictures):
    """(training, kept out): of pictures in the order of their names the last tenth is kept out."""
    cut = len(pictures) - len(pictures) // 10
    return pictures[:cut], pictures[cut:]


def everything(data, captions_root):
    """Two dictionaries of picture lists by name: for training, and for measuring only."""
    training, measuring = {"flickr": flickr(data, captions_root, "train")}, {}
    measuring["dev"] = flickr(data, captions_root, "dev")
    measuring["caltech"] = caltech(data)
    for name, pictures in (("tiny", tiny(data)), ("fashion", fashion(data, captions_root)),
                           ("grocery", grocery(data))):
        training[name], measuring[name + "-kept"] = split(pictures)
    return training, measuring
