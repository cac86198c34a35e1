"""What must come out, by the Python reference of docs/determinism.md, and what did come out."""

import sys
import time
from collections import Counter
from pathlib import Path

from confluent_kafka import Consumer, TopicPartition

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Reference"))
import kerfuffle_reference as reference  # noqa: E402


class Wrong(Exception):
    """A promise was broken."""


class Found:
    """A record as a reader sees it: all that must be equal, and its place."""

    __slots__ = ("key", "value", "headers", "timestamp", "offset")

    def __init__(self, message):
        self.key, self.value, self.offset = message.key(), message.value(), message.offset()
        self.headers = [tuple(header) for header in message.headers() or []]
        self.timestamp = message.timestamp()

    def bytes(self):
        return self.key, self.value, self.headers, self.timestamp


def reader(brokers: str, group: str = "torture.reader") -> Consumer:
    return Consumer({
        "bootstrap.servers": brokers, "group.id": group, "isolation.level": "read_committed",
        "enable.auto.commit": False, "auto.offset.reset": "error", "enable.partition.eof": True,
        "queued.max.messages.kbytes": 32768, "fetch.wait.max.ms": 50})


def visible(consumer: Consumer, topic: str, partitions: int) -> int:
    """Offsets that a read-committed reader has before it."""
    return sum(
        consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=60)[1]
        for p in range(partitions))


def read(brokers: str, topic: str, partitions: int) -> list:
    """Everything that a read-committed reader sees, partition by partition."""
    consumer = reader(brokers)
    found = [[] for _ in range(partitions)]
    consumer.assign([TopicPartition(topic, p, 0) for p in range(partitions)])
    ended, deadline = set(), time.monotonic() + 60
    while len(ended) < partitions:
        messages = consumer.consume(10_000, timeout=0.2)
        if messages:
            deadline = time.monotonic() + 60
        elif time.monotonic() > deadline:
            raise Wrong(f"{topic} could not be read to its end: nothing came for 60 s")
        for message in messages:
            error = message.error()
            if error is None:
                found[message.partition()].append(Found(message))
            elif error.name() == "_PARTITION_EOF":
                ended.add(message.partition())
            else:
                raise Wrong(f"{topic}: {error}")
    consumer.close()
    return found


class Window:
    """A window as the reference forms it, and what comes of it."""

    def __init__(self, start, records, deliveries, lines):
        self.start, self.records, self.deliveries, self.lines = start, records, deliveries, lines


def windows(plan: dict, topic: str, partition: int, found: list) -> list:
    """The windows of a partition that begins at offset 0 and is closed at its end."""
    source = reference.Partition(f"{topic}/{partition}")
    source.start = 0
    by_offset = {}
    for record in found:
        source.records.append(reference.Record(record.offset, {
            "timestamp_ms": record.timestamp[1],
            "key": None if record.key is None else record.key.hex(),
            "value": None if record.value is None else record.value.hex(),
            "headers": [[name.encode().hex(), None if value is None else value.hex()]
                        for name, value in record.headers]}))
        by_offset[record.offset] = record
    rules = [reference.Rule(i, rule, plan["seed"], topic, partition)
             for i, rule in enumerate(plan["rules"])]
    rules = [rule for rule in rules if rule.admits(topic, partition)]
    lengths = reference.Stream(plan["seed"], "window", topic, partition)
    formed = []
    for start, records, closing in source.windows(plan, lengths):
        dropped, deliveries = reference.perturb(records, start, rules)
        out = []
        for delivery in deliveries:
            record = by_offset[records[delivery.slot].offset]
            out.append((record.key, delivery.value, record.headers, record.timestamp))
        lines = reference.lines(source.source, records, dropped, deliveries)
        formed.append(Window(
            start, [record.offset for record in records], out,
            ([closing] if closing else []) + lines))
    return formed


def compare(expected: list, found: list, place: str):
    """Byte for byte, in order, nothing lost, nothing twice."""
    for index, (want, have) in enumerate(zip(expected, found)):
        if want != have.bytes():
            raise Wrong(f"{place}, delivery {index}: {want} is right, {have.bytes()} is there")
    if len(expected) != len(found):
        raise Wrong(f"{place}: {len(expected)} deliveries are right, {len(found)} are there")


def repeats(windows: list, found: list, starts: set, again: set, place: str) -> int:
    """How many deliveries came again, where the output may go back to the beginning of a segment, and
    every window that has some is in `again`.

    Follows all ways to read the output at once: each is a place in the sequence that is right, with
    the fewest goings-back that lead there.
    """
    expected, entries = [], set()
    for window in windows:
        if window.start in starts:
            entries.add(len(expected))
        expected += window.deliveries
    ways = {0: 0}
    furthest = 0
    for index, record in enumerate(found):
        have = record.bytes()
        new = {}
        for position, returns in ways.items():
            if position < len(expected) and expected[position] == have:
                new[position + 1] = min(returns, new.get(position + 1, returns))
        fewest = min(ways.values())
        for entry in entries:
            # Nobody goes on in front of what was delivered before: that would be a loss.
            if entry <= furthest and expected[entry] == have:
                new[entry + 1] = min(fewest + 1, new.get(entry + 1, fewest + 1))
        if not new:
            raise Wrong(f"{place}, delivery {index}: {have} is neither the next one nor the first "
                        f"of a window that was committed last")
        ways = new
        furthest = max(furthest, *ways)
    if furthest != len(expected):
        raise Wrong(f"{place}: {len(expected) - furthest} deliveries of {len(expected)} are lost")
    # Records tell which one they are, so that copies of a delivery are of its window.
    home = {repr(delivery): window.start for window in windows for delivery in window.deliveries}
    more = Counter(repr(record.bytes()) for record in found)
    more.subtract(repr(delivery) for delivery in expected)
    unnamed = {home[text] for text, count in more.items() if count > 0} - again
    if unnamed:
        raise Wrong(f"{place}: windows {sorted(unnamed)} came again, and merge has no line on them")
    return len(found) - len(expected)
