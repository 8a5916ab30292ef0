"""Inserts while searching: the p99 of searches alone and with a writer beside them.

This part waits for a command of Glimpse's that inserts while it searches. `run` is to give a Markdown table as the
other parts do; run.py calls it already.
"""

from ..engines import Set
from . import Options


def run(data: Set, options: Options) -> str | None:
    return None
