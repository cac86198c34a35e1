"""A proxy in a process of its own, with files of its own, which is killed and started again."""

import os
import signal
import subprocess
import time
from pathlib import Path

from oracle import Wrong

PROGRAM = os.environ.get("KERFUFFLE_PROGRAM", "kerfuffle")


class Job:
    """What all instances of one group have in common."""

    def __init__(self, brokers: str, name: str, plan: Path, home: Path, strategy: str,
                 delivery: str = "exactly-once", properties: dict = {}):
        self.brokers, self.plan, self.home = brokers, plan, home
        self.input, self.output, self.group = name, f"{name}.shadow", f"{name}.group"
        self.strategy, self.delivery = strategy, delivery
        self.more = []  # what every start is given beside
        self.retained = 0  # bytes of recordings that an instance keeps; 0: all of them, in one file
        self.properties = {
            "session.timeout.ms": 6000, "heartbeat.interval.ms": 500,
            "transaction.timeout.ms": 10000, "partition.assignment.strategy": strategy,
            **properties}
        if delivery != "exactly-once":
            del self.properties["transaction.timeout.ms"]


class Instance:
    def __init__(self, job: Job, name: str):
        self.job, self.name, self.process, self.failpoint = job, name, None, None
        # A folder of pairs where recordings are kept for a while.
        self.recording = job.home / (name if job.retained else f"{name}.mcap")
        self.schedule = None if job.retained else job.home / f"{name}.jsonl"
        self.log = job.home / f"{name}.log"
        self.starts, self.began = 0, 0

    @property
    def files(self) -> list:
        """Pairs of recording and schedule; of a removed one the schedule alone is there."""
        if self.schedule:
            there = self.recording.exists() and self.schedule.exists()
            return [(self.recording, self.schedule)] if there else []
        return [(path.with_suffix(".mcap"), path)
                for path in sorted(self.recording.glob("*.jsonl"))]

    def start(self, *more: str, failpoint: str = "", static: bool = False):
        job = self.job
        properties = dict(job.properties)
        if static:
            properties["group.instance.id"] = f"{job.input}-{self.name}"
        words = [
            PROGRAM, "proxy", "-b", job.brokers, "--in", job.input, "--out", job.output,
            "--group", job.group, "--instance", f"{job.input}-{self.name}",
            "--plan", str(job.plan), "--record", str(self.recording),
            "--delivery", job.delivery, "--commit-interval", "50ms", *job.more, *more]
        if self.schedule:
            words += ["--schedule", str(self.schedule)]
        else:
            words += ["--retain-size", str(job.retained), "--rotate", str(job.retained // 4)]
        for key, value in properties.items():
            words += ["-X", f"{key}={value}"]
        environment = dict(os.environ)
        environment.pop("KERFUFFLE_FAILPOINT", None)
        if failpoint:
            environment["KERFUFFLE_FAILPOINT"] = failpoint
        self.failpoint = failpoint.split(":")[0]
        self.starts += 1
        with open(self.log, "ab") as log:
            log.write(f"--- start {self.starts} {failpoint}\n".encode())
            log.flush()
            self.began = log.tell()
            self.process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def said(self) -> str:
        """What it said since it was started last."""
        with open(self.log, "rb") as log:
            log.seek(self.began)
            return log.read().decode(errors="replace")

    def signal(self, number: int):
        if self.is_running:
            self.process.send_signal(number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait()

    def wait(self, seconds: float) -> int | None:
        """Its exit code (negative for a signal); None where it goes on for longer."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def leave(self):
        """Asks it to end and holds it to that."""
        self.signal(signal.SIGTERM)
        if self.wait(120) == -signal.SIGTERM and self.said() == "":
            return  # it had not got as far as to listen
        self.expect(0, 0)

    def expect(self, code: int, seconds: float):
        found = self.wait(seconds)
        if found is None:
            raise Wrong(f"{self.name} did not end within {seconds} s: {self.said()[-2000:]}")
        if found != code:
            raise Wrong(f"{self.name} ended with {found}, not {code}: {self.said()[-2000:]}")

    def check_alive(self):
        """Nobody ends by itself."""
        if self.process is not None and not self.is_running:
            raise Wrong(
                f"{self.name} ended with {self.process.returncode}: {self.said()[-2000:]}")


def until(what: str, seconds: float, holds):
    """Waits for a condition, with a deadline."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise Wrong(f"waited {seconds} s for {what} in vain")
        time.sleep(0.02)
