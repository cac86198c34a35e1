"""A balance, added up in batches. The bug: when a second copy joins, the batch in flight is thrown away with the
partitions that are given back, though its positions were committed when it was read."""

import time

from harness import System, main, write_down


class Buggy(System):
    most = 7

    def __init__(self):
        super().__init__()
        self.batch = []
        self.since = time.time()

    def process(self, consumer, message):
        if not self.batch:
            self.since = time.time()
        self.batch.append(message)
        self.taken(consumer, message)
        if len(self.batch) >= self.most:
            self.flush(consumer)

    def idle(self, consumer):
        # Longer than any rebalance takes: what is in flight then is in flight still.
        if self.batch and time.time() - self.since > 20:
            self.flush(consumer)

    def flush(self, consumer):
        with self.transaction():
            for message in self.batch:
                if message.value is not None and self.is_new(message.value["id"]):
                    self.put(message.key, self.get(message.key, 0) + message.value["amount"])
        self.batch = []

    def taken(self, consumer, message):
        consumer.commit(message=message.raw, asynchronous=True)

    def stopping(self, consumer):
        if self.batch:
            self.flush(consumer)
        write_down()

    def revoked(self, consumer, partitions):
        self.batch = []


class Fixed(Buggy):
    """What is in flight is finished first, and committed only then."""

    def taken(self, consumer, message):
        pass

    def flush(self, consumer):
        last = self.batch[-1]
        super().flush(consumer)
        try:
            consumer.commit(message=last.raw, asynchronous=False)
        except Exception as error:
            # The partition is another copy's already: it comes again there, and is known.
            print("not committed:", error, flush=True)

    def revoked(self, consumer, partitions):
        if self.batch:
            self.flush(consumer)


main(Buggy, Fixed)
