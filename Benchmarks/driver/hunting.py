"""How long a trial takes beyond its start and the join of its group, and how many candidates shrinking asks for."""

import json
import math
import os
import sqlite3
import subprocess
import tempfile
from pathlib import Path

from contestants import ROOT, kafka_script

KERFUFFLE = ROOT / ".build" / "release" / "kerfuffle"
SYSTEMS = ROOT / "Tests" / "Systems"
PYTHON = ROOT / ".build" / "python" / "bin"
GROUP = "hunting"
"""What `--only` takes for it."""
RECORDS = 200


def bench(rounds: int, path: Path | None) -> list[str]:
    """The table: seconds of each trial, and candidates of shrinking beside their bound."""
    lines, rows = [], []
    with tempfile.TemporaryDirectory() as folder:
        lines += trials("embedded", [], 2 * rounds, f"{folder}/embedded", rows)
        if os.access(kafka_script(), os.X_OK):
            lines += on_real(2 * rounds, folder, rows)
        else:
            lines.append("skipped    trials on a real broker: no real Kafka is at hand")
        for system in ["sum", "last_write", "cache"]:
            lines += shrinking(system, f"{folder}/{system}", rows)
    if path:
        path.write_text(json.dumps(rows, indent=2) + "\n")
    return lines


def hunt(*words: str) -> dict:
    environment = dict(os.environ, PATH=f"{PYTHON}{os.pathsep}{os.environ['PATH']}")
    done = subprocess.run(
        [str(KERFUFFLE), "hunt", *words, "--format", "json"], env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1, 3):
        raise ValueError(f"hunt {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def trials(name: str, extra: list[str], count: int, folder: str, rows: list) -> list[str]:
    """One trial at a time, so that none waits for another."""
    hunt(str(SYSTEMS / "sum.yaml"), "--jobs", "1", "--trials", str(count), "--output", folder,
         "--set", f"workload.generate.records={RECORDS}", "--set", "input.pace=1ms",
         "--set", "system.environment.VARIANT=fixed", "--set", "budget.calibration=1", *extra)
    with sqlite3.connect(f"{folder}/hunt.db") as database:
        known = [json.loads(details) for (details,) in database.execute(
            "SELECT details FROM trials WHERE phase = 'search' ORDER BY number")]
    ready = sorted(one["readyMs"] / 1000 for one in known)
    beyond = sorted((one["wallMs"] - one["readyMs"]) / 1000 for one in known)
    cpu = sorted(one["cpuMs"] / 1000 for one in known)
    rows.append({"row": f"trial, {name}", "ready_s": ready, "beyond_s": beyond, "system_cpu_s": cpu})
    return [f"trial, {name:<10} start and join {spread(ready)} s, beyond {spread(beyond)} s, "
            f"of the system's processor time {spread(cpu)} s"]


def spread(values: list[float]) -> str:
    return f"{values[len(values) // 2]:.2f} ({values[0]:.2f}..{values[-1]:.2f})"


def on_real(count: int, folder: str, rows: list) -> list[str]:
    cluster = f"{folder}/cluster"
    try:
        started = subprocess.run(
            [str(kafka_script()), "start", cluster], check=True, stdout=subprocess.PIPE, text=True)
        servers = started.stdout.split()[-1]
        return trials("real", ["--brokers", servers], count, f"{folder}/real", rows)
    finally:
        subprocess.run([str(kafka_script()), "stop", cluster], check=False, stdout=subprocess.DEVNULL)


def shrinking(system: str, folder: str, rows: list) -> list[str]:
    """Candidates against 10 (k + 1) log2(k + 1), k being the records and lines that are left."""
    found = hunt(str(SYSTEMS / f"{system}.yaml"), "--trials", "12", "--output", folder)
    lines = []
    for one in (cluster["reproducer"] for cluster in found["clusters"] if cluster.get("reproducer")):
        kept = one["records"] + one["atoms"]
        bound = 10 * (kept + 1) * math.log2(kept + 1)
        rows.append({"row": f"shrinking, {system}", "kept": kept, "candidates": one["shrinking_candidates"],
                     "bound": bound})
        lines.append(f"shrinking, {system}: {kept} atoms kept, {one['shrinking_candidates']} candidates "
                     f"of at most {bound:.0f}")
    return lines or [f"shrinking, {system}: found nothing in 12 trials"]
