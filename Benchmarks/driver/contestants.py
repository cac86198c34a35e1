"""Who runs, on which broker, and against whom; a new contestant is one more entry of `ALL`."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / ".build" / "benchmarks"
KERFUFFLE = ROOT / ".build" / "release" / "kerfuffle"

MOCK = "mock"
REAL = "real"


def kafka_script() -> Path:
    return Path(os.environ["KERFUFFLE_SHARED"]).resolve() / "kafka" / "kafka"


@dataclass(frozen=True)
class Job:
    """One run: copy `records` records from topic `source` to topic `sink`; `folder` is empty."""

    brokers: str
    source: str
    sink: str
    records: int
    folder: Path


@dataclass(frozen=True)
class Contestant:
    name: str
    broker: str
    against: str
    """The contestant whose figures of the same round this one's are divided by."""
    command: Callable[[Job], list[str]]
    exact: bool = True
    """Whether the output must be the input, record for record; if not, about as many."""
    needs: Path | None = None
    """A file without which the contestant is skipped."""
    starts: str | None = None
    """What stands in the line of standard error with which it begins to read; the last line that it
    writes there is its end. For a contestant that does not say itself how long it took."""
    endless: bool = False
    """A service that is stopped once its output is whole, not a program that ends."""


def c_loop(*flags: str) -> Callable[[Job], list[str]]:
    return lambda job: [
        str(BUILT / "loop"), "--brokers", job.brokers, "--in", job.source, "--out", job.sink,
        "--records", str(job.records), *flags,
    ]


def python_loop(job: Job) -> list[str]:
    return [
        str(ROOT / ".build" / "python" / "bin" / "python3"),
        str(ROOT / "Benchmarks" / "python" / "loop.py"),
        "--brokers", job.brokers, "--in", job.source, "--out", job.sink,
        "--records", str(job.records),
    ]


def proxy(*flags: str, record: bool = False) -> Callable[[Job], list[str]]:
    """The product. The mock lets a member join again only after the session's timeout; a real broker takes
    none below 6 s."""

    def command(job: Job) -> list[str]:
        line = [
            str(KERFUFFLE), "proxy", "--brokers", job.brokers, "--in", job.source,
            "--out", job.sink, "--until-end", "--format", "json",
            "--schedule", str(job.folder / "run.jsonl"),
            "-X", "session.timeout.ms=6000", "-X", "queued.min.messages=1000000", *flags,
        ]
        return line + (["--record", str(job.folder / "run.mcap")] if record else [])

    return command


def mirror_maker(job: Job) -> list[str]:
    """Kafka's own replicator with its defaults, and the heap and collector that Kafka's script
    gives it; it writes to `<source cluster>.<topic>`."""
    source_cluster = job.sink.removesuffix("." + job.source)
    lines = [
        f"clusters = {source_cluster}, sink",
        f"{source_cluster}.bootstrap.servers = {job.brokers}",
        f"sink.bootstrap.servers = {job.brokers}",
        f"{source_cluster}->sink.enabled = true",
        f"{source_cluster}->sink.topics = {job.source}",
        "emit.heartbeats.enabled = false",
        "emit.checkpoints.enabled = false",
        "sync.topic.configs.enabled = false",
        "sync.topic.acls.enabled = false",
        "replication.factor = 1",
        "offset-syncs.topic.replication.factor = 1",
        "offset.storage.replication.factor = 1",
        "status.storage.replication.factor = 1",
        "config.storage.replication.factor = 1",
    ]
    properties = job.folder / "mirror.properties"
    properties.write_text("\n".join(lines) + "\n")
    home = kafka_script().parent
    return [
        "java", "-Xms256M", "-Xmx2G", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20",
        f"-Dlog4j2.configurationFile={home / 'log4j2.properties'}", "-cp", f"{home / 'libs'}/*",
        "org.apache.kafka.connect.mirror.MirrorMaker", str(properties),
    ]


def kerfuffle(name: str, broker: str, against: str, command) -> Contestant:
    """The default plan drops and doubles records, so its output is not its input."""
    return Contestant(
        name, broker, against, command, exact=False, needs=KERFUFFLE)


AT_LEAST_ONCE = ("--delivery", "at-least-once")

ALL = [
    Contestant("c", MOCK, "c", c_loop()),
    Contestant("c-direct", MOCK, "c", c_loop("--direct")),
    Contestant("python", MOCK, "c", python_loop),
    kerfuffle("proxy", MOCK, "c", proxy(*AT_LEAST_ONCE)),
    kerfuffle("proxy-record", MOCK, "c", proxy(*AT_LEAST_ONCE, record=True)),
    Contestant("c-real", REAL, "c-real", c_loop()),
    Contestant("c-transactions", REAL, "c-real", c_loop("--transaction-ms", "100")),
    Contestant("python-real", REAL, "c-real", python_loop),
    kerfuffle("proxy-transactions", REAL, "c-transactions", proxy()),
    kerfuffle("proxy-transactions-record", REAL, "c-transactions", proxy(record=True)),
    Contestant("mirror-maker", REAL, "c-real", mirror_maker, endless=True),
]
