"""A balance with a slow handler. The bug: positions are committed by a clock, also those of what is still being
processed."""

import time

from harness import System, main


class Buggy(System):
    settings = {"enable.auto.commit": True, "auto.commit.interval.ms": 10}

    def handle(self, message):
        if message.value is None:
            return
        time.sleep(0.1)
        with self.transaction():
            if self.is_new(message.value["id"]):
                self.put(message.key, self.get(message.key, 0) + message.value["amount"])

    def commit(self, consumer, message):
        pass


class Fixed(Buggy):
    """The clock commits what was stored, and stored is what was processed."""

    settings = {**Buggy.settings, "enable.auto.offset.store": False}

    def commit(self, consumer, message):
        consumer.store_offsets(message=message.raw)


main(Buggy, Fixed)
