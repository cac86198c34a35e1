"""Topics, a group and its instances for one case, and all that must hold at its end."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from confluent_kafka import KafkaException, TopicPartition

import accounts
import oracle
import plans
from cluster import Cluster
from files import Pair
from instance import PROGRAM, Instance, Job
from oracle import Wrong
from traffic import Feeder

PARTITIONS = 8


class Scene:
    def __init__(self, cluster: Cluster, name: str, plan: str, strategy: str, seed: int,
                 delivery: str = "exactly-once", properties: dict = {}, retained: int = 0):
        self.cluster, self.plan = cluster, plans.ALL[plan]
        self.home = Path(tempfile.mkdtemp(prefix=f"{name}."))
        name = self.home.name  # new topics each time, on a cluster that may be another's
        path = self.home / "plan.json"
        path.write_text(json.dumps(self.plan))
        self.job = Job(cluster.brokers, name, path, self.home, strategy, delivery, properties)
        self.job.retained = retained
        self.instances = []
        cluster.make(self.job.input, self.job.output, partitions=PARTITIONS)
        self.feeder = Feeder(cluster.brokers, self.job.input, PARTITIONS, seed)
        self.watcher = oracle.reader(cluster.brokers)
        self.group_reader = oracle.reader(cluster.brokers, self.job.group)

    def instance(self, name: str) -> Instance:
        self.instances.append(Instance(self.job, name))
        return self.instances[-1]

    def visible(self) -> int:
        return oracle.visible(self.watcher, self.job.output, PARTITIONS)

    def consumed(self) -> int:
        """Offsets of the input in front of the group's positions; 0 where nobody answers."""
        try:
            positions = self.group_reader.committed(
                [TopicPartition(self.job.input, p) for p in range(PARTITIONS)], timeout=10)
        except KafkaException:
            return 0
        return sum(max(0, found.offset) for found in positions)

    def count_said(self, sentence: str) -> int:
        return sum(i.log.read_text(errors="replace").count(sentence)
                   for i in self.instances if i.starts)

    def close(self, keep: bool):
        for instance in self.instances:
            if instance.is_running:
                instance.kill()
        self.watcher.close()
        self.group_reader.close()
        if not keep:
            self.cluster.delete(self.job.input, self.job.output)
            shutil.rmtree(self.home, ignore_errors=True)

    # ---- what must hold ----------------------------------------------------------------------

    def files(self) -> list:
        return [pair for i in self.instances for pair in i.files]

    def check(self) -> dict:
        """Output, files and `verify`, when everybody has ended."""
        job = self.job
        read = oracle.read(job.brokers, job.input, PARTITIONS)
        if sum(map(len, read)) != self.feeder.number:
            raise Wrong(f"{sum(map(len, read))} records in the input, {self.feeder.number} produced")
        found = oracle.read(job.brokers, job.output, PARTITIONS)
        windows = [oracle.windows(self.plan, job.input, p, records)
                   for p, records in enumerate(read)]
        if job.delivery == "exactly-once":
            self.check_output(windows, found)
        for _, schedule in self.files():
            with open(schedule, "rb") as file:
                if json.loads(file.readline())["plan"] != self.plan:
                    raise Wrong(f"{schedule} has another plan")
        positions = accounts.committed(job.brokers, job.group, job.input, PARTITIONS)
        totals = accounts.check(self.files(), positions, job.input, read, windows)
        if job.retained:
            return {**totals, **self.check_retained(), "delivered": sum(map(len, found))}
        merged = self.merge()
        accounts.check_merged(merged, job.input, read, windows)
        if job.delivery == "exactly-once":
            totals["verified"] = self.verify(self.files())
            self.verify([(self.merged, self.merged.with_suffix(".jsonl"))])
        else:
            totals["repeated"] = self.check_repeats(windows, found, merged)
        return {**totals, "delivered": sum(map(len, found))}

    def check_output(self, windows: list, found: list):
        for partition, have in enumerate(found):
            oracle.compare(
                [delivery for window in windows[partition] for delivery in window.deliveries], have,
                f"{self.job.output}/{partition}")

    def check_repeats(self, windows: list, found: list, merged: Pair) -> int:
        """Nothing is lost, and what comes twice comes from where a segment began, as one does that
        goes on from a committed position; `merge` has a line for each such window."""
        pairs = [Pair(*files) for files in self.files()]
        repeated = 0
        for partition, have in enumerate(found):
            source = f"{self.job.input}/{partition}"
            starts = {t.segments[source]["start"] for pair in pairs
                      for t in pair.transactions if source in t.segments}
            again = {int(window.rsplit("@", 1)[1]) for window in merged.again
                     if window.rsplit("@", 1)[0] == source}
            repeated += oracle.repeats(
                windows[partition], have, starts, again, f"{self.job.output}/{partition}")
        return repeated

    def check_retained(self) -> dict:
        """No folder holds more than it may, but for what the open pair has grown; `verify` and `merge`
        take what is left."""
        most = 0
        for instance in self.instances:
            kept = [path for pair in instance.files if pair[0].exists() for path in pair]
            most = max(most, sum(path.stat().st_size for path in kept))
        if most > self.job.retained * 1.25:
            raise Wrong(f"a folder holds {most} bytes of recordings, not {self.job.retained}")
        folders = [i.recording for i in self.instances if i.files]
        self.merge(folders)
        return {"bytes kept, most": most, "verified": self.verify([(f, None) for f in folders])}

    @property
    def merged(self) -> Path:
        return self.home / "merged" / "all.mcap"

    def merge(self, recordings: list = ()) -> Pair:
        self.merged.parent.mkdir(exist_ok=True)
        self.run("merge", *(recordings or [recording for recording, _ in self.files()]), "-o",
                 self.merged, "-b", self.job.brokers, "--group", self.job.group)
        return Pair(self.merged, self.merged.with_suffix(".jsonl"))

    def verify(self, files: list) -> int:
        job, words = self.job, []
        for recording, schedule in files:
            words += ["--recording", recording, *(["--schedule", schedule] if schedule else [])]
        if len(files) > 1:
            words += ["--group", job.group]
        result = self.run("verify", "-b", job.brokers, "--in", job.input, "--out", job.output,
                          "--format", "json", *words)
        return json.loads(result)["verified"]

    def run(self, command: str, *words) -> str:
        result = subprocess.run([PROGRAM, command, *map(str, words)], capture_output=True,
                                text=True, stdin=subprocess.DEVNULL)
        if result.returncode != 0:
            raise Wrong(f"{command} ends with {result.returncode}: {result.stdout}{result.stderr}")
        return result.stdout
