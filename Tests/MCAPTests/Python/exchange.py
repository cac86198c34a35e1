"""Writes and reads MCAP files with the mcap package of PyPI, for ExchangeTests.swift.

exchange.py write PATH COMPRESSION KIND COUNT   KIND: indexed, plain (no index), unchunked
exchange.py read PATH                            one JSON object on standard output
"""

import io
import json
import sys

from mcap.reader import NonSeekingReader, make_reader
from mcap.stream_reader import StreamReader
from mcap.writer import CompressionType, IndexType, Writer


def message(index):
    late = 25 if index % 5 == 4 else 0
    return dict(
        channel_id=1 + index % 3,
        sequence=index,
        log_time=1000 + 10 * index - late,
        publish_time=index,
        data=bytes((index * 7 + place) % 256 for place in range(index % 90)),
    )


def write(path, compression, kind, count):
    options = {}
    if kind == "plain":
        options = dict(
            index_types=IndexType.NONE,
            repeat_channels=False,
            repeat_schemas=False,
            use_statistics=False,
            use_summary_offsets=False,
        )
    writer = Writer(
        path,
        chunk_size=2000,
        compression=CompressionType[compression.upper()],
        use_chunking=kind != "unchunked",
        enable_data_crcs=kind == "indexed",
        **options,
    )
    writer.start(profile="x-test", library="exchange.py")
    schema = writer.register_schema("kerfuffle.Sample", "protobuf", bytes([1, 2, 3]))
    for partition in range(3):
        writer.register_channel("orders", "protobuf", schema, {"partition": str(partition)})
    for index in range(count):
        if index == count // 2:
            writer.add_attachment(3, 7, "note.txt", "text/plain", b"beside the messages")
            writer.add_metadata("origin", {"made": "by a test"})
        writer.add_message(**message(index))
    writer.finish()


def listed(messages):
    return [
        [
            channel.id,
            channel.metadata["partition"],
            found.sequence,
            found.log_time,
            found.publish_time,
            found.data.hex(),
        ]
        for _, channel, found in messages
    ]


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    seeking = make_reader(io.BytesIO(data), validate_crcs=True)
    forward = NonSeekingReader(io.BytesIO(data), validate_crcs=True)
    # Every record one after the other, with every checksum.
    records = [type(each).__name__ for each in StreamReader(io.BytesIO(data), validate_crcs=True).records]
    summary = seeking.get_summary()
    statistics = summary.statistics
    result = dict(
        library=seeking.get_header().library,
        indexed=listed(seeking.iter_messages()),
        fileOrder=listed(seeking.iter_messages(log_time_order=False)),
        seek=listed(seeking.iter_messages(topics=["orders"], starting_at=1500, ending_before=1600)),
        forward=listed(forward.iter_messages(log_time_order=False)),
        records=len([name for name in records if name == "Message"]),
        counts=[
            statistics.message_count,
            statistics.channel_count,
            statistics.schema_count,
            statistics.chunk_count,
            statistics.attachment_count,
            statistics.metadata_count,
        ],
        chunks=len(summary.chunk_indexes),
        schemas=[[each.name, each.encoding, each.data.hex()] for each in summary.schemas.values()],
        attachments=[each.data.decode() for each in seeking.iter_attachments()],
        metadata=[[each.name, each.metadata] for each in seeking.iter_metadata()],
    )
    json.dump(result, sys.stdout)


if sys.argv[1] == "write":
    write(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
else:
    read(sys.argv[2])
