"""A balance. The bug: the position is committed before the record is processed; killed between, it is lost."""

import time

from harness import System, main


class Fixed(System):
    def handle(self, message):
        if message.value is None:
            return
        time.sleep(0.02)
        with self.transaction():
            if self.is_new(message.value["id"]):
                self.put(message.key, self.get(message.key, 0) + message.value["amount"])


class Buggy(Fixed):
    def process(self, consumer, message):
        self.commit(consumer, message)
        self.handle(message)


main(Buggy, Fixed)
