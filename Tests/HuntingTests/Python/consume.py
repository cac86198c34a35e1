"""consume.py CLIENT: a member of the trial's group by one client library; prints a line a record, then commits it.

CLIENT is confluent-kafka, kafka-python or aiokafka; a folder in CLIENT_FOLDER is looked into for it first.
"""

import json
import os
import sys

sys.path.insert(0, os.environ.get("CLIENT_FOLDER", os.path.dirname(__file__)))
SERVERS = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
GROUP = os.environ["KAFKA_GROUP_ID"]
TOPIC = os.environ["KERFUFFLE_TOPIC_ORDERS"]
SESSION_MS = int(os.environ["KERFUFFLE_SESSION_TIMEOUT_MS"])


def tell(partition, offset, key):
    key = None if key is None else key.decode()
    print(json.dumps({"partition": partition, "offset": offset, "key": key}), flush=True)


def confluent_kafka():
    from confluent_kafka import Consumer

    consumer = Consumer({
        "bootstrap.servers": SERVERS, "group.id": GROUP, "auto.offset.reset": "earliest",
        "session.timeout.ms": SESSION_MS, "heartbeat.interval.ms": 500, "enable.auto.commit": False})
    consumer.subscribe([TOPIC])
    while True:
        message = consumer.poll(0.1)
        if message is None or message.error():
            continue
        tell(message.partition(), message.offset(), message.key())
        consumer.commit(message=message, asynchronous=False)


def kafka_python():
    from kafka import KafkaConsumer

    consumer = KafkaConsumer(
        TOPIC, bootstrap_servers=SERVERS, group_id=GROUP, auto_offset_reset="earliest",
        enable_auto_commit=False, session_timeout_ms=SESSION_MS, heartbeat_interval_ms=500)
    for message in consumer:
        tell(message.partition, message.offset, message.key)
        consumer.commit()


async def aiokafka():
    from aiokafka import AIOKafkaConsumer

    consumer = AIOKafkaConsumer(
        TOPIC, bootstrap_servers=SERVERS, group_id=GROUP, auto_offset_reset="earliest",
        enable_auto_commit=False, session_timeout_ms=SESSION_MS, heartbeat_interval_ms=500)
    await consumer.start()
    async for message in consumer:
        tell(message.partition, message.offset, message.key)
        await consumer.commit()


match sys.argv[1:]:
    case ["confluent-kafka"]:
        confluent_kafka()
    case ["kafka-python"]:
        kafka_python()
    case ["aiokafka"]:
        import asyncio

        asyncio.run(aiokafka())
    case _:
        sys.exit(__doc__)
