"""A balance, added up in batches. The bug: when a second copy joins, the batch in flight is thrown away, though its
positions are committed with the partitions that are given back."""

import time

from harness import System, main


class Buggy(System):
    settings = {"enable.auto.commit": True, "auto.commit.interval.ms": 600000}
    most = 7

    def __init__(self):
        super().__init__()
        self.batch = []
        self.since = time.time()

    def process(self, consumer, message):
        self.batch.append(message)
        if len(self.batch) >= self.most:
            self.flush(consumer)

    def idle(self, consumer):
        if self.batch and time.time() - self.since > 4.5:
            self.flush(consumer)

    def flush(self, consumer):
        with self.transaction():
            for message in self.batch:
                if message.value is not None and self.is_new(message.value["id"]):
                    self.put(message.key, self.get(message.key, 0) + message.value["amount"])
        self.batch = []
        self.since = time.time()
        consumer.commit(asynchronous=False)

    def revoked(self, consumer, partitions):
        self.batch = []


class Fixed(Buggy):
    """What is in flight is finished first."""

    def revoked(self, consumer, partitions):
        if self.batch:
            self.flush(consumer)


main(Buggy, Fixed)
