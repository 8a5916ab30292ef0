"""Writes a measured table into docs/benchmarks.md, between the marks of its section."""

import datetime
import pathlib

from . import measure

PAGE = measure.ROOT / "docs" / "benchmarks.md"


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "| --- |" + " ---: |" * (len(header) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def write(section: str, body: str, command: str, page: pathlib.Path = PAGE) -> None:
    """Replaces what stands between `<!-- section:begin -->` and `<!-- section:end -->`."""
    begin, end = f"<!-- {section}:begin -->", f"<!-- {section}:end -->"
    text = page.read_text()
    if begin not in text or end not in text:
        raise SystemExit(f"glimpse: {page} has no place for '{section}'; put {begin} and {end} where it belongs.")
    today = datetime.date.today().isoformat()
    measured = f"Measured {today} at {measure.revision()} on {measure.machine()}, by `{command}`."
    before, after = text.split(begin)[0], text.split(end)[1]
    page.write_text(f"{before}{begin}\n{measured}\n\n{body}\n{end}{after}")
