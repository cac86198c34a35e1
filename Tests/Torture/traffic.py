"""Records for the input: keys and headers of all shapes, each record's value telling which one it is."""

import random
import threading
import time

from confluent_kafka import Producer

BASE_MS = 1_700_000_000_000


def optional(dice: random.Random, longest: int):
    """None, nothing, or bytes that are mostly no text."""
    shape = dice.randrange(8)
    if shape == 0:
        return None
    if shape == 1:
        return b""
    return dice.randbytes(1 + dice.randrange(longest))


def record(dice: random.Random, number: int) -> dict:
    """Keys come from a few, so that plans by key have something to keep in order."""
    key_shape = dice.randrange(10)
    key = None if key_shape == 0 else b"" if key_shape == 1 else b"key-%d" % dice.randrange(40)
    value = b"%d:" % number + dice.randbytes(dice.randrange(80))
    if dice.randrange(50) == 0:
        value = None
    elif dice.randrange(50) == 0:
        value = b""
    headers = [("h%d" % dice.randrange(2), optional(dice, 9)) for _ in range(dice.randrange(4))]
    # Which one it is stands in a header too: values may be null.
    headers.append(("number", b"%d" % number))
    return {"key": key, "value": value, "headers": headers, "timestamp": BASE_MS + number * 7}


class Feeder:
    """Produces records numbered from 0, whatever the lumps they are asked for in."""

    def __init__(self, brokers: str, topic: str, partitions: int, seed: int):
        self.topic, self.partitions = topic, partitions
        self.dice = random.Random(seed * 1_000_003 + 7)
        self.number, self.failures = 0, []
        self.producer = Producer({
            "bootstrap.servers": brokers, "enable.idempotence": True, "linger.ms": 5,
            "message.timeout.ms": 300_000, "queue.buffering.max.messages": 1_000_000})

    def feed(self, count: int, wait: bool = True):
        for _ in range(count):
            one = record(self.dice, self.number)
            self.producer.produce(
                self.topic, partition=self.dice.randrange(self.partitions),
                on_delivery=self.note, **one)
            self.number += 1
            if self.number % 1000 == 0:
                self.producer.poll(0)
        if wait:
            self.settle()
        else:
            self.producer.poll(0)

    def note(self, error, _message):
        if error is not None:
            self.failures.append(str(error))

    def settle(self):
        if self.producer.flush(300) or self.failures:
            raise RuntimeError(f"the input could not be produced: {self.failures[:3]}")


class Stream:
    """Feeds in the background, so many records a second, in lumps of all sizes."""

    def __init__(self, feeder: Feeder, rate: float, seed: int):
        self.feeder, self.rate, self.dice = feeder, rate, random.Random(seed)
        self.ending, self.failure = threading.Event(), None
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join()
        if self.failure:
            raise self.failure

    def run(self):
        due = time.monotonic()
        try:
            while not self.ending.is_set():
                lump = 1 + self.dice.randrange(max(1, int(self.rate / 5)))
                self.feeder.feed(lump, wait=False)
                due += lump / self.rate
                self.ending.wait(max(0, due - time.monotonic()))
            self.feeder.settle()
        except Exception as failure:
            self.failure = failure
