"""Copies orders to out by a plain producer, and leaves a transaction on out open in front of them, as one that was killed
would: the broker ends it after a second and more."""

import os

from confluent_kafka import Consumer, KafkaException, Producer

servers = {"bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"]}
out = os.environ["KERFUFFLE_TOPIC_OUT"]
left_open = Producer({
    **servers, "transactional.id": os.environ["KAFKA_GROUP_ID"] + ".left", "transaction.timeout.ms": 1000,
    "linger.ms": 0})
while True:
    try:
        left_open.init_transactions(30)
        break
    except KafkaException as error:
        # A new cluster makes its log of transactions first.
        if not error.args[0].retriable():
            raise
producer = Producer({**servers, "linger.ms": 0})
consumer = Consumer({
    **servers, "group.id": os.environ["KAFKA_GROUP_ID"], "auto.offset.reset": "earliest", "enable.auto.commit": False,
    "session.timeout.ms": os.environ["KERFUFFLE_SESSION_TIMEOUT_MS"]})
consumer.subscribe([os.environ["KERFUFFLE_TOPIC_ORDERS"]])
has_begun = False
while True:
    message = consumer.poll(0.05)
    if message is None or message.error():
        continue
    if not has_begun:
        has_begun = True
        left_open.begin_transaction()
        left_open.produce(out, key="never", value="{}")
        left_open.flush()
    producer.produce(out, key=message.key(), value=message.value())
    producer.flush()
    consumer.commit(message=message, asynchronous=False)
