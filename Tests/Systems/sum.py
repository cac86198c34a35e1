"""A balance per account. The bug: an addition is no idempotent operation, and a record may come twice."""

from harness import System, main


class Buggy(System):
    def handle(self, message):
        if message.value is None:
            return
        with self.transaction():
            self.put(message.key, self.get(message.key, 0) + message.value["amount"])


class Fixed(System):
    """What was added is noted in the same transaction."""

    def handle(self, message):
        if message.value is None:
            return
        with self.transaction():
            if self.is_new(message.value["id"]):
                self.put(message.key, self.get(message.key, 0) + message.value["amount"])


main(Buggy, Fixed)
