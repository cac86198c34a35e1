"""How fast interleavings are explored, beside SPIN on the same models in the same rounds."""

import json
import resource
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from contestants import ROOT

BENCH = ROOT / ".build" / "release" / "exploration-bench"
MODELS = ROOT / "Benchmarks" / "ExplorationBench"
GROUP = "exploration"
"""What `--only` takes for it."""

SHARED = """int v = 2; byte n = 0;
active [8] proctype W() {
  int r;
  r = v;
  d_step { v = r - 1; r = 0; n++; assert(n < 8 || v == -6) };
  end: false
}
"""
"""writers.yaml, as Tests/ExplorationTests/SpinTests.swift has it: everybody loads and stores one value."""

OWN = """int v = 2; byte n = 0;
active [8] proctype W() {
  int r;
  r = v;
  d_step { v = r - 1; r = 0; n++ };
  end: false
}
active [4] proctype O() {
  int own; int r;
  r = own;
  d_step { own = r - 1; r = 0 };
  r = own;
  d_step { own = r - 1; r = 0 };
  end: false
}
"""
"""mixed.yaml: four more, each of which changes a value of its own twice. What is one writer's alone is a local variable in
Promela, of which SPIN's reduction knows that it is nobody else's."""


def seconds(command: list[str], folder: Path) -> tuple[float, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout)


class Spin:
    """A verifier that SPIN makes of a model."""

    def __init__(self, model: str, folder: Path, reduces: bool):
        self.folder = folder
        folder.mkdir()
        (folder / "model.pml").write_text(model)
        subprocess.run(["spin", "-a", "-o3", "model.pml"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        flags = ["-O2", "-w", "-DSAFETY"] + ([] if reduces else ["-DNOREDUCE"])
        subprocess.run(["gcc", *flags, "-o", "pan", "pan.c"], cwd=folder, check=True)

    def run(self) -> dict:
        took, said = seconds(["./pan", "-A", "-E", "-w24"], self.folder)
        states = next(line.split()[0] for line in said.splitlines() if line.endswith("states, stored"))
        return {"seconds": took, "states": int(states)}


class Ours:
    def __init__(self, *words: str):
        self.words = list(words)

    def run(self) -> dict:
        took, said = seconds([str(BENCH), str(MODELS / self.words[0]), *self.words[1:]], ROOT)
        return {**json.loads(said), "seconds": took}


def bench(rounds: int, path: Path | None) -> list[str]:
    """The table: processor seconds of each, median and spread; where SPIN stands beside it, times of SPIN's."""
    folder = Path(tempfile.mkdtemp())
    try:
        contestants = {
            "random, 300,000 executions of 48 steps": Ours("load-change-store.yaml", "random", "300000"),
            "pct3, the same": Ours("load-change-store.yaml", "pct3", "300000"),
            "all, one core": Ours("load-change-store.yaml", "all", "200000", "1"),
            "all, two cores": Ours("load-change-store.yaml", "all", "200000", "2"),
            "dfs, eight writers": Ours("writers.yaml", "dfs"),
            "ample, eight and four": Ours("mixed.yaml", "ample"),
        }
        if shutil.which("spin") and shutil.which("gcc"):
            contestants["SPIN full, eight writers"] = Spin(SHARED, folder / "full", False)
            contestants["SPIN reduced, eight and four"] = Spin(OWN, folder / "reduced", True)
        runs: dict[str, list[dict]] = {name: [] for name in contestants}
        for _ in range(rounds):
            for name, contestant in contestants.items():
                runs[name].append(contestant.run())
    finally:
        shutil.rmtree(folder)
    if path:
        path.write_text(json.dumps(runs, indent=2) + "\n")
    return table(runs)


def table(runs: dict[str, list[dict]]) -> list[str]:
    width = max(map(len, runs))
    lines = []
    for name, rows in runs.items():
        took = [row["seconds"] for row in rows]
        line = f"{name.ljust(width)}  {statistics.median(took):.3f} s ({min(took):.3f}..{max(took):.3f})"
        if rows[0].get("states"):
            line += f", {rows[0]['states']:,} states"
        if name.startswith(("random", "pct3")):
            line += f", {rows[0]['steps'] / statistics.median(took) / 1e6:.1f} million steps/s"
        beside = {"dfs, eight writers": "SPIN full, eight writers",
                  "ample, eight and four": "SPIN reduced, eight and four"}.get(name)
        if beside in runs:
            times = [own["seconds"] / other["seconds"] for own, other in zip(rows, runs[beside])]
            line += f", {statistics.median(times):.2f} times SPIN ({min(times):.2f}..{max(times):.2f})"
        if name == "all, two cores":
            gains = [one["wall"] / two["wall"] for one, two in zip(runs["all, one core"], rows)]
            line += f", {statistics.median(gains):.2f} times as fast as on one"
        lines.append(line)
    return lines
