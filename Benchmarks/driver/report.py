"""The environment and the table that a benchmark prints."""

import os
import platform
import re
import subprocess
from pathlib import Path
from statistics import median

from contestants import kafka_script


def answer(*line: str) -> str:
    try:
        done = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except FileNotFoundError:
        return "none"
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else "none"


def environment() -> list[str]:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    jars = sorted(kafka_script().parent.glob("libs/kafka-clients-*.jar"))
    python = Path(".build/python/bin/python3")
    versions = "import confluent_kafka as c; print(c.__version__, 'on librdkafka', c.libversion()[0])"
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    return [
        f"machine    {os.cpu_count()} x {cpu.group(1) if cpu else platform.machine()}",
        f"system     {platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}",
        f"librdkafka {answer('pkg-config', '--modversion', 'rdkafka')}",
        f"compiler   {answer(os.environ['KERFUFFLE_BENCH_CC'], '--version')}, -O2",
        f"Swift      {answer('swift', '--version')}",
        f"Python     {platform.python_version()}, confluent-kafka {answer(str(python), '-c', versions)}",
        f"Kafka      {jars[0].stem.removeprefix('kafka-clients-') if jars else 'none at hand'}",
        f"load       {load} before the first run",
    ]


def spread(values: list[float], form: str) -> str:
    return f"{median(values):{form}} ({min(values):{form}}..{max(values):{form}})"


def table(contestants, rounds) -> list[str]:
    """One line a contestant; a ratio is taken within a round, then the median over the rounds."""
    rows = [("contestant", "CPU s/million", "x", "records/s", "x", "MiB", "against")]
    for contestant in contestants:
        runs = [of_round[contestant.name] for of_round in rounds]
        bases = [of_round[contestant.against] for of_round in rounds]
        rows.append((
            contestant.name,
            spread([run.cpu_per_million for run in runs], ".2f"),
            spread([run.cpu_per_million / base.cpu_per_million
                    for run, base in zip(runs, bases)], ".2f"),
            spread([run.rate for run in runs], ",.0f"),
            spread([run.rate / base.rate for run, base in zip(runs, bases)], ".2f"),
            f"{max(run.max_rss_kib for run in runs) / 1024:.0f}",
            contestant.against,
        ))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    for contestant in contestants:
        startups = [of_round[contestant.name].startup_cpu_seconds for of_round in rounds]
        if None not in startups:
            runs = [of_round[contestant.name] for of_round in rounds]
            rest = [(run.cpu_seconds - start) / run.records * 1e6
                    for run, start in zip(runs, startups)]
            lines.append(
                f"{contestant.name}: {spread(startups, '.1f')} CPU s of it before its first record,"
                f" {spread(rest, '.2f')} a million after")
    return lines


def memory(rounds) -> list[str]:
    """The largest resident memory in MiB in each tenth of each run's time."""
    lines = ["memory in MiB, the most in each tenth of the run"]
    for of_round in rounds:
        for name, run in of_round.items():
            samples = run.rss_kib
            if len(samples) < 10:
                continue
            edges = [len(samples) * tenth // 10 for tenth in range(11)]
            most = [max(samples[a:b]) // 1024 for a, b in zip(edges, edges[1:])]
            lines.append(f"{name:<26}" + " ".join(f"{value:>5}" for value in most))
    return lines
