"""Each entity's greatest rise from one version to the next. The bug: a cache of the version before, which takes
the partition's order for the order of versions."""

from harness import System, main


class Buggy(System):
    def __init__(self):
        super().__init__()
        self.before = {}

    def handle(self, message):
        if message.value is None:
            return
        amount = message.value["amount"]
        rise = amount - self.before.get(message.key, amount)
        self.before[message.key] = amount
        with self.transaction():
            self.put(message.key, max(self.get(message.key, 0), rise))


class Fixed(System):
    """All versions are kept, and the rises are those between neighbours."""

    def handle(self, message):
        if message.value is None:
            return
        with self.transaction():
            self.db.execute(
                "INSERT OR REPLACE INTO notes VALUES (?, ?, ?)",
                (message.key, "%09d" % message.value["version"], message.value["amount"]))
            amounts = [int(row[0]) for row in self.db.execute(
                "SELECT value FROM notes WHERE key = ? ORDER BY id", (message.key,))]
            rises = [after - before for before, after in zip(amounts, amounts[1:])]
            self.put(message.key, max([0] + rises))


main(Buggy, Fixed)
