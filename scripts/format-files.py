"""What scripts/make-format-files needs of a client: records that are easily lost, and positions.

produce ROUNDS    puts eight records a round into the three partitions of `orders`
positions GROUP   prints the positions of a group and what stands beside them
"""

import os
import sys

from confluent_kafka import Producer
from kafka import KafkaAdminClient, KafkaProducer

BROKERS = os.environ["KERFUFFLE_BROKERS"]
RECORDS = [
    (None, b"no key", []),
    (b"", b"an empty key", []),
    (b"tombstone", None, []),
    (b"empty", b"", []),
    (b"twice", b"repeated headers", [("a", b"1"), ("b", b"2"), ("a", b"1"), ("a", b"3")]),
    (b"nothing", b"null, empty and no name", [("n", None), ("e", b""), ("", b"no name")]),
    (bytes(range(256)), bytes(range(255, -1, -1)), [("raw", b"\x00\xff\xfe\x80")]),
    ("Größe 📦".encode(), "значение\t\n,:\"\\".encode(), [("Überschrift", "наклон".encode())]),
]
YEAR_2000_MS = 946_684_800_000


def produce(rounds):
    # kafka-python sends a timestamp of 0, which librdkafka cannot; librdkafka sends null headers.
    python = KafkaProducer(bootstrap_servers=BROKERS)
    library = Producer({"bootstrap.servers": BROKERS})
    for number in range(rounds * len(RECORDS)):
        key, value, headers = RECORDS[number % len(RECORDS)]
        partition = number % 3
        timestamp = 0 if number % 20 == 7 else YEAR_2000_MS + number * 1000
        if any(value is None for _, value in headers):
            library.produce(
                "orders", key=key, value=value, headers=headers, partition=partition,
                timestamp=timestamp)
            if library.flush(30):
                sys.exit("not delivered within 30 s")
        else:
            python.send(
                "orders", key=key, value=value, headers=headers, partition=partition,
                timestamp_ms=timestamp).get(timeout=30)


def positions(group):
    found = KafkaAdminClient(bootstrap_servers=BROKERS).list_group_offsets([group])[group]
    for source, position in sorted(found.items()):
        print(f"{source.topic}/{source.partition}@{position.offset} {position.metadata}")


if sys.argv[1] == "produce":
    produce(int(sys.argv[2]))
else:
    positions(sys.argv[2])
