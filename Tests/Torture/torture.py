"""The command line: which cases, with which numbers, and the report at the end."""

import argparse
import json
import os
import shlex
import signal
import sys
import time
import traceback
from pathlib import Path

import kills
import outages
import plans
import report
import soak
import zombies
from cluster import Cluster, script
from oracle import Wrong
from scene import Scene

STRATEGIES = ("range", "cooperative-sticky")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/torture",
        description="Kills, stops and cuts off proxies on a real Kafka, then holds output and files "
                    "against the Python reference, byte for byte.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--kills", type=int, default=100, help="at random instants, each case")
    parser.add_argument("--each", type=int, default=5, help="kills at each failpoint, each case")
    parser.add_argument("--rate", type=float, default=1000,
                        help="records a second, where a case runs by time")
    parser.add_argument("--rounds", type=int, default=3, help="of zombies, two each")
    parser.add_argument("--short", action="store_true",
                        help="one case, in less than a minute: what the tests run")
    parser.add_argument("--soak", type=duration, metavar="TIME",
                        help="nothing but a steady rate for so long, with a rebalance a minute")
    parser.add_argument("--case", action="append", metavar="NAME",
                        help="only this one, or those that begin so; may be repeated")
    parser.add_argument("--list", action="store_true", help="name the cases and end")
    parser.add_argument("--brokers", default="", help="a cluster that is there already")
    parser.add_argument("--json", type=Path, help="write the report there too")
    options = parser.parse_args()
    if options.short:
        options.records, options.kills, options.each = 6000, 6, 1
        options.case = options.case or ["kills-delayed-cooperative"]
    return options


def killing(options, plan: str, strategy: str, delivery: str = "exactly-once"):
    def run(cluster, name):
        scene = Scene(cluster, name, plan, strategy, options.seed, delivery)
        return scene, lambda: kills.torture(
            scene, options.seed, options.records, options.kills, options.each, options.short)
    return 1, run


def retaining(options, strategy: str):
    """Recordings go while instances are killed: what is left, and no more, is held against the reference."""
    def run(cluster, name):
        scene = Scene(cluster, name, "default", strategy, options.seed,
                      retained=max(options.records * 4, 64 << 10))
        return scene, lambda: kills.torture(
            scene, options.seed, options.records, options.kills, options.each, options.short,
            also=("rotating", "removing"))
    return 1, run


def outage(options, plan: str, strategy: str):
    def run(cluster, name):
        scene = Scene(cluster, name, plan, strategy, options.seed)
        return scene, lambda: outages.torture(scene, options.seed, options.rate)
    return 3, run


def standing_still(options, strategy: str):
    def run(cluster, name):
        scene = Scene(cluster, name, "default", strategy, options.seed,
                      properties={"transaction.timeout.ms": zombies.TIME * 1000})
        return scene, lambda: zombies.torture(
            scene, options.seed, options.rate, options.rounds)
    return 1, run


def soaking(options):
    def run(cluster, name):
        scene = Scene(cluster, name, "default", "cooperative-sticky", options.seed)
        return scene, lambda: soak.torture(scene, options.seed, options.rate, options.soak)
    return 1, run


def duration(text: str) -> float:
    """Seconds of 30s, 10m or 1h."""
    units = {"s": 1, "m": 60, "h": 3600}
    try:
        return float(text[:-1]) * units[text[-1:]]
    except (KeyError, ValueError):
        raise argparse.ArgumentTypeError(f"{text} is no time; 10m, 1h and 90s are") from None


def cases(options) -> dict:
    """Name: (nodes, what runs)."""
    found = {}
    for plan in plans.ALL:
        for strategy in STRATEGIES:
            found[f"kills-{plan}-{strategy}"] = killing(options, plan, strategy)
    for strategy in STRATEGIES:
        found[f"zombies-{strategy}"] = standing_still(options, strategy)
    for strategy in STRATEGIES:
        found[f"repeats-default-{strategy}"] = killing(
            options, "default", strategy, "at-least-once")
    found["retained-default-cooperative"] = retaining(options, "cooperative-sticky")
    for strategy in STRATEGIES:
        found[f"outages-delayed-{strategy}"] = outage(options, "delayed", strategy)
    return found


def chosen(options) -> dict:
    if options.soak:
        return {"soak": soaking(options)}
    found = cases(options)
    if not options.case:
        return found
    return {name: case for name, case in found.items()
            if any(name.startswith(wanted) for wanted in options.case)}


def one(name: str, case, cluster: Cluster) -> dict:
    """Runs a case; its result says whether all that must hold did."""
    began, result, scene, failed = time.monotonic(), {"case": name}, None, False
    try:
        scene, work = case(cluster, name)
        result.update(work())
        result["seconds of torture"] = round(time.monotonic() - began, 1)
        print(f"{name}: {result}; now the check", file=sys.stderr, flush=True)
        result.update(scene.check())
        result["records"] = scene.feeder.number
    except Wrong as wrong:
        failed, result["wrong"] = True, str(wrong)
    except BaseException as error:
        failed, result["wrong"] = True, f"{type(error).__name__}: {error}"
        traceback.print_exc()
        if not isinstance(error, Exception):
            raise
    finally:
        if scene:
            scene.close(keep=failed)
            if failed:
                result["files"] = str(scene.home)
    result["seconds"] = round(time.monotonic() - began, 1)
    return result


def main() -> int:
    options = parse()
    wanted = chosen(options)
    if options.list:
        print("\n".join(cases(options)))
        return 0
    if not wanted:
        print(f"torture: no case is called {', '.join(options.case)}; --list names them",
              file=sys.stderr)
        return 64
    if not options.brokers and not os.access(script(), os.X_OK):
        print("torture: no real Kafka is at hand: name a cluster with --brokers, or a folder with "
              "kafka/kafka in KERFUFFLE_SHARED", file=sys.stderr)
        return 69
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results = []
    command = "scripts/torture " + shlex.join(sys.argv[1:])
    try:
        for nodes in sorted({nodes for nodes, _ in wanted.values()}):
            group = {name: run for name, (n, run) in wanted.items() if n == nodes}
            with Cluster(nodes, options.brokers if nodes == 1 else "") as cluster:
                for name, run in group.items():
                    results.append(one(name, run, cluster))
                    print(report.line(results[-1]), flush=True)
    finally:
        whole = report.whole(command, options.seed, results)
        print(report.text(whole), flush=True)
        if options.json:
            options.json.write_text(json.dumps(whole, indent=2) + "\n")
        print(json.dumps(whole), flush=True)
    return 1 if any("wrong" in result for result in results) else 0
