"""Runs the contestants in turns, each against the others' figures of the same round."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import checking
import exploration
import hunting
import report
import simulation
from brokers import MockBroker, RealBroker
from contestants import ALL, MOCK, REAL, kafka_script
from measure import run


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is not positive")
    return value


def parse() -> argparse.Namespace:
    names = [contestant.name for contestant in ALL] + [simulation.GROUP, *simulation.NAMES, checking.GROUP,
                                                            hunting.GROUP, exploration.GROUP]
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Consume, copy, produce: who pays how much for it; and who simulates how fast.",
        epilog="contestants: " + ", ".join(names))
    parser.add_argument("--rounds", type=positive, default=5)
    parser.add_argument("--records", type=positive, default=1_000_000)
    parser.add_argument("--partitions", type=positive, default=64)
    parser.add_argument("--value-bytes", type=positive, default=100)
    parser.add_argument("--values", choices=["text", "random"], default="text",
                        help="text compresses, random does not")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", action="append", choices=names, metavar="NAME",
                        help="run this one and those it is measured against; may be repeated")
    parser.add_argument("--memory", action="store_true",
                        help="tell resident memory over each run too, a tenth of its time at a time")
    parser.add_argument("--json", type=Path,
                        help="write every single run there too (simulators with .simulation in front "
                        "of the ending)")
    return parser.parse_args()


def chosen(options) -> list:
    by_name = {contestant.name: contestant for contestant in ALL}
    wanted = set(options.only or by_name) & set(by_name)
    for name in list(wanted):
        while name != by_name[name].against:
            name = by_name[name].against
            wanted.add(name)
    able = []
    for contestant in ALL:
        if contestant.name not in wanted:
            continue
        if contestant.needs and not contestant.needs.exists():
            print(f"skipped    {contestant.name}: {contestant.needs.name} is not built")
        elif contestant.broker == REAL and not os.access(kafka_script(), os.X_OK):
            print(f"skipped    {contestant.name}: no real Kafka is at hand")
        else:
            able.append(contestant)
    return able


def main() -> int:
    options = parse()
    for line in report.environment():
        print(line)
    contestants = chosen(options)
    models = simulation.chosen(options.only)
    checks = not options.only or checking.GROUP in options.only
    hunts = not options.only or hunting.GROUP in options.only
    explores = not options.only or exploration.GROUP in options.only
    if not any([contestants, models, checks, hunts, explores]):
        print("bench: nobody is left to run", file=sys.stderr)
        return 1
    if models and not simulate(models, options):
        return 1
    if checks:
        print(f"job        checking 500,000 inputs and outputs, million records/s, {options.rounds} rounds",
              flush=True)
        path = options.json and options.json.with_suffix(".checking" + options.json.suffix)
        for line in checking.bench(options.rounds, path):
            print(line, flush=True)
    if hunts and not hunt(options):
        return 1
    if explores:
        print(f"job        explorations, processor seconds, {options.rounds} rounds", flush=True)
        path = options.json and options.json.with_suffix(".exploration" + options.json.suffix)
        for line in exploration.bench(options.rounds, path):
            print(line, flush=True)
    return carry(contestants, options) if contestants else 0


def simulate(models, options) -> bool:
    print(f"job        M/M/c at 0.8 of its capacity, {options.rounds} rounds", flush=True)
    path = options.json and options.json.with_suffix(".simulation" + options.json.suffix)
    try:
        for line in simulation.bench(models, options.rounds, options.seed, path):
            print(line, flush=True)
    except (ValueError, subprocess.CalledProcessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return False
    return True


def hunt(options) -> bool:
    print(f"job        trials of {hunting.RECORDS} records, one at a time, {2 * options.rounds} each", flush=True)
    path = options.json and options.json.with_suffix(".hunting" + options.json.suffix)
    try:
        for line in hunting.bench(options.rounds, path):
            print(line, flush=True)
    except (ValueError, subprocess.CalledProcessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return False
    return True


def carry(contestants, options) -> int:
    print(
        f"job        {options.records:,} records of {options.value_bytes} bytes ({options.values}),"
        f" {options.partitions} partitions, {options.rounds} rounds", flush=True)
    brokers = {MOCK: MockBroker(options), REAL: RealBroker(options)}
    rounds = []
    number = 0
    try:
        for index in range(options.rounds):
            of_round = {}
            turn = index % len(contestants)
            for contestant in contestants[turn:] + contestants[:turn]:
                number += 1
                broker = brokers[contestant.broker]
                with tempfile.TemporaryDirectory() as folder:
                    job = broker.open(contestant, number, Path(folder))
                    of_round[contestant.name] = run(contestant, job)
                    broker.check(contestant, job)
                    broker.close_run()
            rounds.append(of_round)
            print(f"round {index + 1} done", file=sys.stderr)
    except (ValueError, subprocess.CalledProcessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    finally:
        for broker in brokers.values():
            broker.close()
    for line in report.table(contestants, rounds):
        print(line)
    if options.memory:
        for line in report.memory(rounds):
            print(line)
    if options.json:
        plain = [{name: asdict(figures) for name, figures in r.items()} for r in rounds]
        options.json.write_text(json.dumps(plain, indent=2) + "\n")
    return 0


sys.exit(main())
