"""What the systems here share: a consumer, a store in the trial's state folder, and its contents as lines.

Each system is a file with a class `Buggy` and a class `Fixed`; the environment variable VARIANT says which one
runs. `python3 harness.py dump` prints the store, one JSON line an entity.
"""

import json
import os
import signal
import sqlite3
import sys

STATE = os.environ.get("KERFUFFLE_STATE", ".")


class Stop(Exception):
    pass


def store():
    db = sqlite3.connect(os.path.join(STATE, "store.db"), isolation_level=None, timeout=10)
    # A killed process loses nothing in either mode; only a loss of power would need more.
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("CREATE TABLE IF NOT EXISTS entities (key TEXT PRIMARY KEY, value TEXT)")
    db.execute("CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY)")
    db.execute("CREATE TABLE IF NOT EXISTS notes (key TEXT, id TEXT, value TEXT, PRIMARY KEY (key, id))")
    return db


class Message:
    """A record: `key`, `value` (parsed JSON, None for a tombstone), `headers`, `topic`."""

    def __init__(self, message):
        self.topic = message.topic()
        self.key = (message.key() or b"").decode()
        raw = message.value()
        self.value = None if raw is None else json.loads(raw)
        self.headers = {name: (value or b"").decode() for name, value in message.headers() or []}
        self.raw = message


class System:
    """Reads its topics and hands each record to `handle`; commits behind it."""

    settings = {}

    def __init__(self):
        self.db = store()

    # What a system remembers of an entity, as JSON.

    def get(self, key, default=None):
        row = self.db.execute("SELECT value FROM entities WHERE key = ?", (key,)).fetchone()
        return default if row is None else json.loads(row[0])

    def put(self, key, value):
        self.db.execute(
            "INSERT INTO entities VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, json.dumps(value)))

    def delete(self, key):
        self.db.execute("DELETE FROM entities WHERE key = ?", (key,))

    def is_new(self, id):
        """Whether this id is seen for the first time; within the transaction at hand."""
        done = self.db.execute("INSERT OR IGNORE INTO seen VALUES (?)", (id,))
        return done.rowcount > 0

    def transaction(self):
        return Transaction(self.db)

    # The course of things; a system overrides what it does otherwise.

    def handle(self, message):
        raise NotImplementedError

    def commit(self, consumer, message):
        consumer.commit(message=message.raw, asynchronous=False)

    def poll(self, consumer):
        return consumer.poll(0.05)

    def idle(self, consumer):
        pass

    def process(self, consumer, message):
        self.handle(message)
        self.commit(consumer, message)

    def revoked(self, consumer, partitions):
        pass

    def stopping(self, consumer):
        pass

    def run(self):
        from confluent_kafka import Consumer

        topics = os.environ["TOPICS"].split(",")
        consumer = Consumer({
            "bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"],
            "group.id": os.environ["KAFKA_GROUP_ID"], "auto.offset.reset": "earliest",
            "session.timeout.ms": os.environ.get("KERFUFFLE_SESSION_TIMEOUT_MS", "6000"), "heartbeat.interval.ms": 500,
            # The embedded broker answers a fetch of nothing after that time, whatever comes meanwhile.
            "fetch.wait.max.ms": 10,
            # Asked again soon where the first answer came too late to join with.
            "topic.metadata.refresh.interval.ms": 1000, "enable.auto.commit": False,
            **self.settings})

        def stop(number, frame):
            raise Stop

        signal.signal(signal.SIGTERM, stop)
        consumer.subscribe(topics, on_revoke=self.revoked)
        try:
            while True:
                message = self.poll(consumer)
                if message is None:
                    self.idle(consumer)
                elif message.error():
                    print("error:", message.error(), flush=True)
                else:
                    self.process(consumer, Message(message))
        except Stop:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            self.stopping(consumer)
        consumer.close()


class Transaction:
    def __init__(self, db):
        self.db = db

    def __enter__(self):
        self.db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind, value, trace):
        self.db.execute("COMMIT" if kind is None else "ROLLBACK")


def main(buggy, fixed):
    variants = {"buggy": buggy, "fixed": fixed}
    variants[os.environ.get("VARIANT", "buggy")]().run()


def lines():
    for key, value in store().execute("SELECT key, value FROM entities ORDER BY key"):
        yield json.dumps({"key": key, "value": json.loads(value)})


def write_down():
    """The same as lines of a file, for who is looked at after its end; the copy that ends last is right."""
    path = os.path.join(STATE, "balances.jsonl")
    with open(path + ".new", "w") as file:
        file.writelines(line + "\n" for line in lines())
    os.replace(path + ".new", path)


if __name__ == "__main__":
    if sys.argv[1:] == ["dump"]:
        print("\n".join(lines()))
    else:
        sys.exit("usage: harness.py dump")
