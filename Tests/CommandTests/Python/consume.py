"""Reads a topic to its end with a client of PyPI and prints a JSON object a record.

consume.py CLIENT BROKERS TOPIC PARTITIONS, where CLIENT is confluent-kafka, kafka-python or aiokafka.
Each reads committed records alone, and bytes stand as {"base64": "..."}, so that null and empty differ.
"""

import asyncio
import base64
import json
import sys

DEADLINE_S = 60


def marked(data):
    if data is None:
        return None
    return {"base64": base64.b64encode(data).decode("ascii")}


def show(partition, timestamp_ms, key, value, headers):
    names = [
        {"name": marked(name.encode("utf-8")), "value": marked(value)} for name, value in headers
    ]
    print(json.dumps({
        "partition": partition, "timestamp_ms": timestamp_ms, "key": marked(key),
        "value": marked(value), "headers": names,
    }))


def confluent(brokers, topic, partitions):
    from confluent_kafka import OFFSET_BEGINNING, TIMESTAMP_CREATE_TIME, Consumer, KafkaError
    from confluent_kafka import TopicPartition

    consumer = Consumer({
        "bootstrap.servers": brokers, "group.id": "unused", "enable.auto.commit": False,
        "isolation.level": "read_committed", "enable.partition.eof": True,
    })
    consumer.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in range(partitions)])
    ended = set()
    while len(ended) < partitions:
        message = consumer.poll(DEADLINE_S)
        if message is None:
            sys.exit("no end within the time")
        if message.error() is None:
            kind, timestamp_ms = message.timestamp()
            assert kind == TIMESTAMP_CREATE_TIME
            show(
                message.partition(), timestamp_ms, message.key(), message.value(),
                message.headers() or [])
        elif message.error().code() == KafkaError._PARTITION_EOF:
            ended.add(message.partition())
        else:
            sys.exit(str(message.error()))
    consumer.close()


def kafka_python(brokers, topic, partitions):
    from kafka import KafkaConsumer, TopicPartition

    sources = [TopicPartition(topic, p) for p in range(partitions)]
    consumer = KafkaConsumer(
        bootstrap_servers=brokers, group_id=None, isolation_level="read_committed",
        max_partition_fetch_bytes=4 << 20, consumer_timeout_ms=DEADLINE_S * 1000)
    consumer.assign(sources)
    consumer.seek_to_beginning(*sources)
    ends = consumer.end_offsets(sources)
    left = {source for source in sources if ends[source] > 0}
    while left:
        found = consumer.poll(timeout_ms=1000)
        for source, records in found.items():
            for record in records:
                assert record.timestamp_type == 0
                show(record.partition, record.timestamp, record.key, record.value, record.headers)
        left = {source for source in left if consumer.position(source) < ends[source]}
    consumer.close()


async def aiokafka(brokers, topic, partitions):
    from aiokafka import AIOKafkaConsumer, TopicPartition

    sources = [TopicPartition(topic, p) for p in range(partitions)]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=brokers, group_id=None, isolation_level="read_committed",
        max_partition_fetch_bytes=4 << 20)
    await consumer.start()
    try:
        consumer.assign(sources)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(sources)
        left = {source for source in sources if ends[source] > 0}
        while left:
            found = await consumer.getmany(timeout_ms=1000)
            for records in found.values():
                for record in records:
                    assert record.timestamp_type == 0
                    show(
                        record.partition, record.timestamp, record.key, record.value,
                        record.headers)
            left = {source for source in left if await consumer.position(source) < ends[source]}
    finally:
        await consumer.stop()


client, brokers, topic, partitions = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
if client == "confluent-kafka":
    confluent(brokers, topic, partitions)
elif client == "kafka-python":
    kafka_python(brokers, topic, partitions)
else:
    asyncio.run(asyncio.wait_for(aiokafka(brokers, topic, partitions), DEADLINE_S))
