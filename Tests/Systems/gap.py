"""A sum in the order of sequence numbers. The bug: what is not the next number is taken for a repetition."""

import json

from harness import System, main


class Buggy(System):
    def handle(self, message):
        number = int(message.headers["version"])
        with self.transaction():
            known = self.get(message.key, {"next": 1, "sum": 0})
            if number != known["next"]:
                return
            self.put(message.key, self.add(known, message.value))

    def add(self, known, value):
        return {"next": known["next"] + 1, "sum": known["sum"] + (value["amount"] if value else 0)}


class Fixed(Buggy):
    """What comes early waits in the store for what is missing."""

    def handle(self, message):
        number = int(message.headers["version"])
        with self.transaction():
            known = self.get(message.key, {"next": 1, "sum": 0})
            if number < known["next"]:
                return
            self.db.execute(
                "INSERT OR IGNORE INTO notes VALUES (?, ?, ?)",
                (message.key, str(number), json.dumps(message.value)))
            while True:
                row = self.db.execute(
                    "SELECT value FROM notes WHERE key = ? AND id = ?",
                    (message.key, str(known["next"]))).fetchone()
                if row is None:
                    break
                known = self.add(known, json.loads(row[0]))
            self.put(message.key, known)


main(Buggy, Fixed)
