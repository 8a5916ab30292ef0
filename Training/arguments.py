"""The command line that the steps of the training share."""

import argparse
from pathlib import Path


def parser(doc):
    """A parser for --data, --captions and --out; a step adds its own."""
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--data", type=Path, required=True, help="the folder with the extracted data sets")
    made.add_argument("--captions", type=Path, required=True, help="the folder with the caption files")
    made.add_argument("--out", type=Path, required=True, help="the folder of caches and checkpoints")
    return made
