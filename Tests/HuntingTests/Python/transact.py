"""Copies each record in a transaction of its own, and takes its time before the end of one.

Each start has another transactional id, so nobody fences what a killed copy left open: the broker ends it when
its time is over.
"""

import os
import time

from confluent_kafka import Consumer, Producer, TopicPartition

servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
group = os.environ["KAFKA_GROUP_ID"]
consumer = Consumer({
    "bootstrap.servers": servers, "group.id": group, "auto.offset.reset": "earliest",
    "enable.auto.commit": False, "fetch.wait.max.ms": 20,
    "session.timeout.ms": os.environ["KERFUFFLE_SESSION_TIMEOUT_MS"]})
producer = Producer({
    "bootstrap.servers": servers, "transactional.id": f"{group}.{os.getpid()}",
    "transaction.timeout.ms": 5000, "linger.ms": 0})
producer.init_transactions(30)
consumer.subscribe([os.environ["KERFUFFLE_TOPIC_ORDERS"]])
begun = False
while True:
    message = consumer.poll(0.1)
    if message is None or message.error():
        continue
    producer.begin_transaction()
    producer.produce(os.environ["KERFUFFLE_TOPIC_OUT"], message.value(), message.key())
    producer.flush()
    if not begun:
        time.sleep(1)
        begun = True
    next_one = TopicPartition(message.topic(), message.partition(), message.offset() + 1)
    producer.send_offsets_to_transaction([next_one], consumer.consumer_group_metadata(), 30)
    producer.commit_transaction(30)
