"""The brokers that contestants run on, each filled with the same records."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from contestants import BUILT, Job, kafka_script

SOURCE = "bench.in"


def topic(brokers: str, *words: str) -> str:
    line = [str(BUILT / "topic"), brokers, *words]
    return subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


class Broker:
    """What both kinds share: loading the input and checking an output against it."""

    def __init__(self, options):
        self.options = options
        self.wanted = None

    def load(self, brokers: str):
        options = self.options
        topic(
            brokers, "load", SOURCE, str(options.records), str(options.value_bytes),
            str(options.seed), options.values)
        if self.wanted is None:
            self.wanted = topic(brokers, "digest", SOURCE)

    def check(self, contestant, job: Job):
        """Raises ValueError unless the output is what the contestant had to write."""
        found = topic(job.brokers, "digest", job.sink)
        if contestant.exact and found != self.wanted:
            raise ValueError(f"{contestant.name} wrote '{found}' where '{self.wanted}' is right")
        count = int(found.split()[0])
        if not 0.9 * job.records <= count <= 1.1 * job.records:
            raise ValueError(f"{contestant.name} wrote {count} records of {job.records}")


class MockBroker(Broker):
    """librdkafka's mock cluster in its own process, made anew and filled for every run."""

    process = None

    def open(self, contestant, number: int, folder: Path) -> Job:
        sink = "bench.shadow"
        partitions = self.options.partitions
        self.process = subprocess.Popen(
            [str(BUILT / "mock"), f"{SOURCE}:{partitions}", f"{sink}:{partitions}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        brokers = self.process.stdout.readline().strip()
        self.load(brokers)
        return Job(brokers, SOURCE, sink, self.options.records, folder)

    def close_run(self):
        if self.process:
            self.process.communicate()  # the end of its input ends it
            self.process = None

    def close(self):
        self.close_run()


class RealBroker(Broker):
    """One Kafka for the whole benchmark, filled once; every run has an output topic of its own."""

    home = None

    def open(self, contestant, number: int, folder: Path) -> Job:
        if self.home is None:
            self.home = Path(tempfile.mkdtemp())
            start = subprocess.run(
                [str(kafka_script()), "start", str(self.home / "cluster")],
                check=True, stdout=subprocess.PIPE, text=True,
                env={**os.environ, "KAFKA_HEAP": "1g"})
            self.brokers = start.stdout.strip()
            topic(self.brokers, "create", SOURCE, str(self.options.partitions))
            self.load(self.brokers)
        sink = f"shadow.{number}.{SOURCE}"
        topic(self.brokers, "create", sink, str(self.options.partitions))
        return Job(self.brokers, SOURCE, sink, self.options.records, folder)

    def close_run(self):
        pass

    def close(self):
        if self.home:
            subprocess.run([str(kafka_script()), "stop", str(self.home / "cluster")], check=False)
            shutil.rmtree(self.home)
            self.home = None
