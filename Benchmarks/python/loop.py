"""The same job as c-loop/loop.c with confluent-kafka, as a Python programmer would write it.

Reads all partitions of one topic from their beginning, assigned by hand, and produces every record
to the partition of the same number of the other. The last line is one JSON object; its seconds run
from the first record received to the last delivery acknowledged.
"""

import argparse
import json
import sys
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka import __version__, libversion

BATCH = 1000
TIMEOUT = 30.0

parser = argparse.ArgumentParser()
parser.add_argument("--brokers", required=True)
parser.add_argument("--in", dest="source", required=True)
parser.add_argument("--out", required=True)
parser.add_argument("--records", type=int, required=True)
options = parser.parse_args()

delivered = 0


def on_delivery(error, message):
    global delivered
    if error is not None:
        sys.exit(f"loop.py: not delivered: {error}")
    delivered += 1


consumer = Consumer(
    {
        "bootstrap.servers": options.brokers,
        "group.id": options.out,
        "enable.auto.commit": False,
        "queued.min.messages": 1_000_000,
        "log_level": 3,
    }
)
producer = Producer(
    {"bootstrap.servers": options.brokers, "enable.idempotence": True, "log_level": 3}
)


def produce(message):
    timestamp = message.timestamp()[1]
    while True:
        try:
            producer.produce(
                options.out,
                value=message.value(),
                key=message.key(),
                partition=message.partition(),
                timestamp=timestamp,
                headers=message.headers(),
                on_delivery=on_delivery,
            )
            return
        except BufferError:
            producer.poll(0.1)


partitions = consumer.list_topics(options.source, TIMEOUT).topics[options.source].partitions
consumer.assign([TopicPartition(options.source, p, OFFSET_BEGINNING) for p in partitions])

consumed = 0
start = None
while consumed < options.records:
    batch = consumer.consume(min(BATCH, options.records - consumed), TIMEOUT)
    if not batch:
        sys.exit("loop.py: no record in time")
    if start is None:
        start = time.monotonic()
    for message in batch:
        if message.error():
            raise KafkaException(message.error())
        produce(message)
    consumed += len(batch)
    producer.poll(0)
if producer.flush(TIMEOUT):
    sys.exit("loop.py: not everything was delivered in time")
seconds = time.monotonic() - start
consumer.close()
print(
    json.dumps(
        {
            "records": delivered,
            "seconds": seconds,
            "versions": f"confluent-kafka {__version__}, librdkafka {libversion()[0]}",
        }
    )
)
