"""The simulation beside other simulators: who runs, and the table of rates."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from contestants import BUILT, ROOT
from report import spread

MODELS = ROOT / "Benchmarks" / "queue-model"
PYTHON = ROOT / ".build" / "python" / "bin" / "python3"
ENGINE = ROOT / ".build" / "release" / "simulation-bench"
GROUP = "simulation"
"""What `--only` takes for all of them."""

# Erlang C: the mean sojourn in ms of M/M/c at 0.8 of its capacity, service 20 ms. A million jobs stay within
# 2% of it, fewer within 6%.
SOJOURN_MS = {8: 25.7206, 64: 20.0353, 1000: 20.0}


@dataclass(frozen=True)
class Model:
    """A simulator with one size of M/M/c."""

    name: str
    servers: int
    against: str
    jobs: int
    command: list[str]
    """Takes a seed behind it, and prints a line of JSON with jobs, seconds and mean_ms last."""


def models(servers: int) -> list[Model]:
    jobs, fewer = 1_000_000, 50_000
    c, size = f"c-mm{servers}", str(servers)
    return [
        Model(c, servers, c, jobs, [str(BUILT / "queue"), size, str(jobs)]),
        Model(f"simpy-mm{servers}", servers, c, fewer,
              [str(PYTHON), str(MODELS / "model.py"), size, str(fewer)]),
        Model(f"kerfuffle-mm{servers}", servers, c, jobs,
              [str(ENGINE), str(MODELS / f"mm{servers}.yaml"), "--messages", str(jobs), "--seed"]),
    ]


ALL = [model for servers in SOJOURN_MS for model in models(servers)]
NAMES = [model.name for model in ALL]


def chosen(wanted: list[str] | None) -> list[Model]:
    """Those that are named, with those that they are measured against."""
    if wanted is None or GROUP in wanted:
        return ALL
    against = {model.against for model in ALL if model.name in wanted}
    return [model for model in ALL if model.name in wanted or model.name in against]


def rate(model: Model, seed: int) -> float:
    """Jobs a second of processor time; raises ValueError where the mean sojourn is not M/M/c's."""
    done = subprocess.run(
        [*model.command, str(seed)], check=True, stdout=subprocess.PIPE, text=True)
    said = json.loads(done.stdout.splitlines()[-1])
    mean, right = said["mean_ms"], SOJOURN_MS[model.servers]
    tolerance = 0.02 if model.jobs >= 1_000_000 else 0.06
    if said["jobs"] != model.jobs or abs(mean / right - 1) > tolerance:
        raise ValueError(
            f"{model.name} came to {mean:.3f} ms over {said['jobs']} jobs where {right} ms is right")
    return said["jobs"] / said["seconds"]


def bench(models: list[Model], rounds: int, seed: int, path: Path | None) -> list[str]:
    """The table; a ratio is taken within a round, then the median over the rounds."""
    rates = []
    for index in range(rounds):
        turn = index % len(models)
        rates.append({model.name: rate(model, seed + index)
                      for model in models[turn:] + models[:turn]})
        print(f"round {index + 1} done", file=sys.stderr)
    if path:
        path.write_text(json.dumps(rates, indent=2) + "\n")
    rows = [("simulator", "million jobs/s", "times C", "times SimPy")]
    for model in models:
        simpy = f"simpy-mm{model.servers}"
        has_simpy = all(simpy in of_round for of_round in rates)
        rows.append((
            model.name,
            spread([of_round[model.name] / 1e6 for of_round in rates], ".3f"),
            spread([of_round[model.name] / of_round[model.against] for of_round in rates], ".3f"),
            spread([of_round[model.name] / of_round[simpy] for of_round in rates], ".1f")
            if has_simpy else "",
        ))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
