"""order.py TOPIC…: notes in the file `order` of the trial's state what it takes, in the order in which it does, and commits
each. Its client is as it comes: a fetch that finds nothing waits for half a second on the embedded broker."""

import os
import sys

from confluent_kafka import Consumer

consumer = Consumer({
    "bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"], "group.id": os.environ["KAFKA_GROUP_ID"],
    "auto.offset.reset": "earliest", "enable.auto.commit": False})
consumer.subscribe([os.environ[f"KERFUFFLE_TOPIC_{name.upper()}"] for name in sys.argv[1:]])
while True:
    message = consumer.poll(0.1)
    if message is None or message.error():
        continue
    with open(os.path.join(os.environ["KERFUFFLE_STATE"], "order"), "a") as file:
        file.write(message.value().decode() + "\n")
    consumer.commit(message=message, asynchronous=False)
