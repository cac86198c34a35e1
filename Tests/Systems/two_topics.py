"""Payments on accounts, two topics. The bug: a payment whose account was not read yet is refused for good."""

import json

from harness import System, main


class Buggy(System):
    def handle(self, message):
        if message.value is None:
            return
        with self.transaction():
            known = self.get(message.key)
            if message.topic == "accounts":
                if known is None:
                    self.opened(message.key)
            elif known is not None:
                self.pay(message.key, message.value)

    def opened(self, key):
        self.put(key, 0)

    def pay(self, key, payment):
        if self.is_new(payment["id"]):
            self.put(key, self.get(key) + payment["amount"])


class Fixed(Buggy):
    """It waits for its account."""

    def handle(self, message):
        if message.topic == "payments" and message.value is not None and self.get(message.key) is None:
            with self.transaction():
                self.db.execute(
                    "INSERT OR IGNORE INTO notes VALUES (?, ?, ?)",
                    (message.key, message.value["id"], json.dumps(message.value)))
            return
        super().handle(message)

    def opened(self, key):
        self.put(key, 0)
        for (value,) in self.db.execute("SELECT value FROM notes WHERE key = ?", (key,)).fetchall():
            self.pay(key, json.loads(value))


main(Buggy, Fixed)
