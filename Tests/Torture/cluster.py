"""A real Kafka: one of our own for the time of the torture, or one that is there already."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

ROOT = Path(__file__).resolve().parent.parent.parent


def script() -> Path:
    named = os.environ.get("KERFUFFLE_KAFKA")
    shared = Path(os.environ.get("KERFUFFLE_SHARED", ROOT / ".." / "shared"))
    return Path(named) if named else shared / "kafka" / "kafka"


class Cluster:
    """`with Cluster(nodes=3) as cluster:`, or one whose bootstrap servers are given."""

    def __init__(self, nodes: int = 1, brokers: str = ""):
        self.nodes, self.brokers, self.home = nodes, brokers, None

    def __enter__(self):
        if not self.brokers:
            self.home = Path(tempfile.mkdtemp(prefix="torture-kafka."))
            try:
                # A port may be taken in between, and an id that begins with a dash is refused.
                self.brokers = self.launch() or self.launch() or self.launch()
                if not self.brokers:
                    raise RuntimeError("Kafka is at hand but does not start")
            except BaseException:
                self.__exit__()
                raise
        self.admin = AdminClient({"bootstrap.servers": self.brokers})
        return self

    def launch(self) -> str:
        """The bootstrap servers; nothing where it did not start."""
        shutil.rmtree(self.home / "cluster", ignore_errors=True)
        result = subprocess.run(
            [script(), "start", self.home / "cluster", "--nodes", str(self.nodes)],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            env={"KAFKA_HEAP": "512m", **os.environ})
        if result.returncode == 0:
            return result.stdout.strip()
        self.run("stop", check=False)
        return ""

    def __exit__(self, *_):
        if self.home:
            self.run("stop", check=False)
            shutil.rmtree(self.home, ignore_errors=True)
            self.home = None

    def run(self, verb: str, node: int = 0, check: bool = True):
        """kill, pause, resume or up, of one node; stop, of all."""
        words = [script(), verb, self.home / "cluster"] + ([str(node)] if node else [])
        subprocess.run(words, check=check, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, env={"KAFKA_HEAP": "512m", **os.environ})

    def terminate(self, node: int):
        """An orderly end of one node, as in a rolling restart."""
        pid = int((self.home / "cluster" / f"node-{node}.pid").read_text())
        os.kill(pid, 15)
        for _ in range(600):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            subprocess.run(["sleep", "0.1"], check=True)
        os.kill(pid, 9)

    def make(self, *topics: str, partitions: int):
        made = self.admin.create_topics(
            [NewTopic(name, partitions, config={"retention.ms": "-1"}) for name in topics])
        for future in made.values():
            future.result(60)

    def delete(self, *topics: str):
        for future in self.admin.delete_topics(list(topics)).values():
            try:
                future.result(60)
            except Exception:  # a cluster that goes away takes them along
                pass

    def coordinator(self, group: str, but: int = 0) -> int:
        """The node that coordinates the group, once there is one, and not `but`."""
        end = time.monotonic() + 120
        while True:
            try:
                # A client of its own each time: one goes on asking the node that was it once.
                admin = AdminClient({"bootstrap.servers": self.brokers})
                found = admin.describe_consumer_groups([group], request_timeout=10)
                node = found[group].result(20).coordinator.id
                if node != but:
                    return node
            except KafkaException:  # nobody is it at the moment
                if time.monotonic() > end:
                    raise
            time.sleep(0.2)
