"""Entities that may be deleted. The bug: with the row its version goes, and an older update brings it back."""

from harness import System, main


def version(message):
    return int(message.headers["version"])


class Buggy(System):
    def handle(self, message):
        with self.transaction():
            known = self.get(message.key)
            if known and known["version"] >= version(message):
                return
            if message.value is None:
                self.delete(message.key)
            else:
                self.put(message.key, {"version": version(message), "amount": message.value["amount"]})


class Fixed(System):
    """What was deleted leaves its version behind."""

    def handle(self, message):
        with self.transaction():
            known = self.get(message.key)
            if known and known["version"] >= version(message):
                return
            amount = None if message.value is None else message.value["amount"]
            self.put(message.key, {"version": version(message), "amount": amount})


main(Buggy, Fixed)
