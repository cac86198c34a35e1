"""Sums by windows of event time. The bug: what comes after its window was closed is dropped without a word."""

from harness import System, main

WINDOW_MS = 5000


class Buggy(System):
    def __init__(self):
        super().__init__()
        self.latest = 0

    def handle(self, message):
        if message.value is None:
            return
        start = message.value["time"] // WINDOW_MS * WINDOW_MS
        self.latest = max(self.latest, start)
        if self.is_late(start):
            return
        with self.transaction():
            if self.is_new(message.value["id"]):
                name = str(start)
                self.put(name, self.get(name, 0) + message.value["amount"])

    def is_late(self, start):
        return start < self.latest


class Fixed(Buggy):
    """A window takes what is its own whenever it comes."""

    def is_late(self, start):
        return False


main(Buggy, Fixed)
