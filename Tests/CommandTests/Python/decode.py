"""Reads a recording with packages of PyPI alone, for PythonTests.swift.

decode.py PATH  prints a line of JSON for each message in the order of the file, as `kerfuffle cat --format json` does:
the message decoded by the schema that the recording holds. Fails where its bytes do not come back from serialising it.
"""

import base64
import datetime
import json
import sys

from mcap.reader import make_reader
from mcap_protobuf.decoder import DecoderFactory


def marked(value):
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def optional(message, field):
    return marked(getattr(message, field)) if message.HasField(field) else None


def utc(nanoseconds):
    seconds, rest = divmod(nanoseconds, 10**9)
    at = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def line(channel, message, record):
    result = dict(topic=channel.topic, partition=record.partition, offset=record.offset)
    kind = record.DESCRIPTOR.fields_by_name["timestamp_type"].enum_type.values_by_number[record.timestamp_type].name
    if kind != "NONE":
        result.update(timestamp_type=kind.lower(), timestamp_ms=record.timestamp_ms)
    result.update(arrival=utc(message.log_time))
    if record.HasField("leader_epoch"):
        result.update(leader_epoch=record.leader_epoch)
    result.update(
        key=optional(record, "key"),
        value=optional(record, "value"),
        headers=[dict(name=marked(each.name), value=optional(each, "value")) for each in record.headers],
    )
    return result


with open(sys.argv[1], "rb") as file:
    reader = make_reader(file, validate_crcs=True, decoder_factories=[DecoderFactory()])
    for schema, channel, message, record in reader.iter_decoded_messages(log_time_order=False):
        assert schema.name == "kerfuffle.Record", schema.name
        assert channel.metadata["partition"] == str(record.partition), channel.metadata
        assert record.SerializeToString() == message.data, f"offset {record.offset}: other bytes"
        print(json.dumps(line(channel, message, record), ensure_ascii=False, separators=(",", ":")))
