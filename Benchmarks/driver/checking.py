"""How many records a second are judged by an invariant, and compared."""

import json
import subprocess
from pathlib import Path

from contestants import ROOT

BENCH = ROOT / ".build" / "release" / "checking-bench"
GROUP = "checking"
"""What `--only` takes for it."""


def bench(rounds: int, path: Path | None) -> list[str]:
    """The table: million records (input and output) a second of processor time, median and spread of the rounds."""
    done = subprocess.run(
        [str(BENCH), "500000", str(rounds)], check=True, stdout=subprocess.PIPE, text=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    if path:
        path.write_text(json.dumps(rows, indent=2) + "\n")
    width = max(len(row["row"]) for row in rows)
    return [
        f"{row['row'].ljust(width)}  {row['million_records_per_second']:.2f} "
        f"({row['least']:.2f}..{row['most']:.2f})" for row in rows]
