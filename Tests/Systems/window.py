"""A balance with a table of what was added. The bug: the table holds the last three, and a record may come later."""

from harness import System, main


class Buggy(System):
    size = 3

    def handle(self, message):
        if message.value is None:
            return
        with self.transaction():
            if not self.is_new(message.value["id"]):
                return
            self.put(message.key, self.get(message.key, 0) + message.value["amount"])
            self.forget()

    def forget(self):
        self.db.execute(
            "DELETE FROM seen WHERE rowid NOT IN (SELECT rowid FROM seen ORDER BY rowid DESC LIMIT ?)",
            (self.size,))


class Fixed(Buggy):
    def forget(self):
        pass


main(Buggy, Fixed)
