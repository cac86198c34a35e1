"""A balance with the ids of what was added. The bug: they are in memory, and gone after a restart."""

import time

from harness import System, main


class Buggy(System):
    def __init__(self):
        super().__init__()
        self.done = set()

    def handle(self, message):
        if message.value is None or message.value["id"] in self.done:
            return
        with self.transaction():
            self.put(message.key, self.get(message.key, 0) + message.value["amount"])
        self.done.add(message.value["id"])
        time.sleep(0.02)


class Fixed(System):
    def handle(self, message):
        if message.value is None:
            return
        with self.transaction():
            if self.is_new(message.value["id"]):
                self.put(message.key, self.get(message.key, 0) + message.value["amount"])
        time.sleep(0.02)


main(Buggy, Fixed)
