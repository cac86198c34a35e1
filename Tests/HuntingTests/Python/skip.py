"""Reads orders and commits behind each that is new to it; what it knows is skipped and not committed. With the word
`stop` it goes on to live behind the third record, and reads no more."""

import json
import os
import sys
import time

from confluent_kafka import Consumer

consumer = Consumer({
    "bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"], "group.id": os.environ["KAFKA_GROUP_ID"],
    "auto.offset.reset": "earliest", "enable.auto.commit": False, "fetch.wait.max.ms": 10})
consumer.subscribe(["orders"])
seen = set()
while True:
    message = consumer.poll(0.05)
    if message is None or message.error():
        continue
    id = json.loads(message.value() or b"{}").get("id", message.offset())
    if id in seen:
        continue
    seen.add(id)
    consumer.commit(message=message, asynchronous=False)
    while sys.argv[1:] == ["stop"] and len(seen) == 3:
        time.sleep(1)
