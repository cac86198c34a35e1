"""commits.py WHEN: notes each record's offset in the file `done` of the trial's state and commits it, `first` or `last`;
some time lies between the two. `apart` writes it to the topic `out` in a transaction, and commits at once behind that;
`before` commits it within, and then ends the transaction."""

import os
import sys
import time

from confluent_kafka import Consumer, Producer

consumer = Consumer({
    "bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"], "group.id": os.environ["KAFKA_GROUP_ID"],
    "session.timeout.ms": os.environ["KERFUFFLE_SESSION_TIMEOUT_MS"], "heartbeat.interval.ms": 500,
    "auto.offset.reset": "earliest", "fetch.wait.max.ms": 10, "enable.auto.commit": False})
consumer.subscribe([os.environ["KERFUFFLE_TOPIC_ORDERS"]])


def work(message):
    with open(os.path.join(os.environ["KERFUFFLE_STATE"], "done"), "a") as file:
        file.write(f"{message.offset()}\n")


def commit(message):
    consumer.commit(message=message, asynchronous=False)


def write(message):
    producer.begin_transaction()
    producer.produce(os.environ["KERFUFFLE_TOPIC_OUT"], str(message.offset()))
    producer.commit_transaction()


def write_around_commit(message):
    producer.begin_transaction()
    producer.produce(os.environ["KERFUFFLE_TOPIC_OUT"], str(message.offset()))
    producer.flush()
    commit(message)
    producer.commit_transaction()


WHEN = sys.argv[1]
if WHEN in ("apart", "before"):
    producer = Producer({
        "bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"],
        "transactional.id": os.environ["KAFKA_GROUP_ID"] + os.environ["KERFUFFLE_COPY"]})
    producer.init_transactions()
steps = {
    "first": [commit, work], "last": [work, commit], "apart": [write, commit],
    "before": [write_around_commit, lambda _: None]}[WHEN]
while True:
    message = consumer.poll(0.1)
    if message is None or message.error():
        continue
    steps[0](message)
    time.sleep(0.5 if WHEN in ("first", "last") else 0)
    steps[1](message)
