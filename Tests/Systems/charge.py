"""Charges of payments. The bug: the key that keeps a payment from being charged twice is written in a second
transaction, behind the charge; killed between them, the payment is charged again."""

import time

from harness import System, main


class Buggy(System):
    def handle(self, message):
        if message.value is None:
            return
        id = message.value["id"]
        if self.db.execute("SELECT 1 FROM seen WHERE id = ?", (id,)).fetchone():
            return
        self.charge(message)
        time.sleep(0.02)
        self.is_new(id)

    def charge(self, message):
        with self.transaction():
            self.put(message.key, self.get(message.key, 0) + message.value["amount"])


class Fixed(System):
    """Charge and key are one transaction."""

    def handle(self, message):
        if message.value is None:
            return
        with self.transaction():
            if self.is_new(message.value["id"]):
                self.put(message.key, self.get(message.key, 0) + message.value["amount"])
        time.sleep(0.02)


main(Buggy, Fixed)
