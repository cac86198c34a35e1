"""Runs one contestant and says what it used: processor time of all its threads, time, memory."""

import json
import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from brokers import topic
from contestants import Contestant, Job

DEADLINE_SECONDS = 600
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Run:
    records: int
    cpu_seconds: float
    seconds: float
    """From the first record to the last: what the contestant says, or what was seen outside."""
    max_rss_kib: int
    startup_cpu_seconds: float | None = None
    rss_kib: list[int] = field(default_factory=list)
    """Resident memory, four times a second."""

    @property
    def cpu_per_million(self) -> float:
        return self.cpu_seconds / self.records * 1e6

    @property
    def rate(self) -> float:
        return self.records / self.seconds


def run(contestant: Contestant, job: Job) -> Run:
    return run_endless(contestant, job) if contestant.endless else run_to_end(contestant, job)


def run_to_end(contestant: Contestant, job: Job) -> Run:
    first = last = None
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(
            contestant.command(job), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE,
            text=True)
        told = []
        memory = Memory(process.pid)
        for line in process.stderr:
            told.append(line)
            last = time.monotonic()
            if first is None and contestant.starts and contestant.starts in line:
                first = last
        memory.stop()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        lines = out.read().splitlines()
    if process.returncode != 0:
        reasons = "".join(told[-5:])
        raise ValueError(f"{contestant.name} ended with status {process.returncode}: {reasons}")
    if contestant.starts:
        if first is None:
            raise ValueError(f"{contestant.name} never said '{contestant.starts}'")
        seconds = last - first
    else:
        seconds = json.loads(lines[-1])["seconds"]
    return Run(
        job.records, usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss,
        rss_kib=memory.samples)


class Memory:
    """Looks at a process's resident memory until it is told to stop or the process is gone."""

    def __init__(self, pid: int):
        self.samples: list[int] = []
        self.pid = pid
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self):
        while not self.ended.wait(0.25):
            try:
                self.samples.append(status_kib(self.pid, "VmRSS"))
            except (OSError, ValueError):
                return

    def stop(self):
        self.ended.set()
        self.thread.join()


def run_endless(contestant: Contestant, job: Job) -> Run:
    """A service: what counts is what its process used until its last record was visible."""
    with (job.folder / "log").open("w") as log:
        service = subprocess.Popen(
            contestant.command(job), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        first, startup, seen = None, 0.0, 0
        deadline = time.monotonic() + DEADLINE_SECONDS
        while seen < job.records:
            if service.poll() is not None or time.monotonic() > deadline:
                raise ValueError(f"{contestant.name} stopped at {seen} records")
            time.sleep(0.1)
            seen = int(topic(job.brokers, "count", job.sink))
            if seen and first is None:
                first, startup = time.monotonic(), cpu_seconds(service.pid)
        seconds = time.monotonic() - first
        return Run(
            job.records, cpu_seconds(service.pid), seconds, peak_kib(service.pid), startup)
    finally:
        service.terminate()
        service.wait()


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_kib(pid: int) -> int:
    return status_kib(pid, "VmHWM")


def status_kib(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise ValueError(f"no {name} for process {pid}")
