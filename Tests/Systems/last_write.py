"""The latest value of an entity. The bug: what is written last wins, whatever its version."""

from harness import System, main


class Buggy(System):
    def handle(self, message):
        if message.value is not None:
            with self.transaction():
                self.put(message.key, message.value["amount"])


class Fixed(System):
    """An older version does not replace a newer one."""

    def handle(self, message):
        if message.value is None:
            return
        version = message.value["version"]
        with self.transaction():
            row = self.db.execute(
                "SELECT value FROM notes WHERE key = ? AND id = 'version'", (message.key,)).fetchone()
            if row and int(row[0]) >= version:
                return
            self.db.execute("INSERT OR REPLACE INTO notes VALUES (?, 'version', ?)", (message.key, str(version)))
            self.put(message.key, message.value["amount"])


main(Buggy, Fixed)
