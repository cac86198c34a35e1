"""Recordings and schedules, read by nothing of Kerfuffle's: MCAP and JSON lines as documented."""

import json
import struct
from pathlib import Path

import zstandard

CHANNEL, MESSAGE, CHUNK = 0x04, 0x05, 0x06


def varint(data: bytes, at: int):
    value, shift = 0, 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data: bytes):
    """Number and value of each field of a protobuf message."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        value, at = varint(data, at)
        if tag & 7 == 2:
            value, at = data[at:at + value], at + value
        yield tag >> 3, value


def decoded(data: bytes):
    """Partition, offset, and what must be equal to the record that was read."""
    partition = offset = 0
    key = value = timestamp = None
    headers = []
    for number, content in fields(data):
        if number == 1:
            partition = content
        elif number == 2:
            offset = (content >> 1) ^ -(content & 1)
        elif number == 3:
            timestamp = content
        elif number == 5:
            key = content
        elif number == 6:
            value = content
        elif number == 7:
            header = dict(fields(content))
            headers.append((header.get(1, b"").decode(), header.get(2)))
    return partition, offset, (key, value, headers, timestamp)


def records(data: bytes, start: int, end: int):
    """Opcode, content's place, and the place behind it, as far as records are whole."""
    at = start
    while at + 9 <= end:
        opcode, length = struct.unpack_from("<BQ", data, at)
        if at + 9 + length > end:
            return
        yield opcode, at + 9, at + 9 + length
        at += 9 + length


def text(data: bytes, at: int):
    length, = struct.unpack_from("<I", data, at)
    return data[at + 4:at + 4 + length], at + 4 + length


def messages(path: Path):
    """File number, the byte behind the chunk, and each record's message, in order."""
    parts = sorted(path.glob("*.mcap")) if path.is_dir() else [path]
    for part in parts:
        number = int(part.stem) if path.is_dir() else 0
        data = part.read_bytes()
        for opcode, start, end in records(data, 8, len(data)):
            if opcode != CHUNK:
                continue
            compression, at = text(data, start + 28)
            size, = struct.unpack_from("<Q", data, at)
            inner = data[at + 8:at + 8 + size]
            if compression == b"zstd":
                inner = zstandard.decompress(inner, struct.unpack_from("<Q", data, start + 16)[0])
            for kind, first, last in records(inner, 0, len(inner)):
                if kind == MESSAGE:
                    yield number, end, inner[first + 22:last]


class Transaction:
    """What stands in front of a checkpoint: segments that begin, decisions, and records."""

    def __init__(self):
        self.segments, self.lines, self.records = {}, {}, {}


class Pair:
    """A recording and its schedule."""

    def __init__(self, recording: Path, schedule: Path):
        self.transactions, self.places = [], []
        self.again = set()
        self.is_removed = False
        current = Transaction()
        lines = schedule.read_bytes().split(b"\n")
        header = json.loads(lines[0])
        self.recording, self.plan = header["recording"], header["plan"]
        for raw in lines[1:-1]:
            line = json.loads(raw)
            if "removed" in line and "segment" not in line:
                # Of a removed pair nothing else is left but where its segments began.
                self.is_removed = True
                return
            if "checkpoint" in line:
                place = line["recording"]
                self.transactions.append(current)
                self.places.append((place["file"], place["bytes"]))
                current = Transaction()
            elif "segment" in line:
                source, start = line["segment"].rsplit("@", 1)
                current.segments[source] = {**line, "start": int(start)}
            elif line.get("op") == "again":
                self.again.add(line["window"])
            elif "in" in line or "window" in line:
                source, offset = (line.get("in") or line["window"]).rsplit("@", 1)
                current.lines.setdefault(source, []).append((int(offset), raw.decode()))
        self.deal(recording)

    def deal(self, recording: Path):
        """Gives each transaction the records that its checkpoint covers."""
        index = 0
        for number, behind, message in messages(recording):
            while index < len(self.places) and (number, behind) > self.places[index]:
                index += 1
            if index == len(self.places):
                return  # behind the last checkpoint: never a part of anything
            partition, offset, content = decoded(message)
            self.transactions[index].records.setdefault(partition, []).append((offset, content))

    def everything(self, source: str):
        """All records and lines of the partition, whatever counts of them."""
        partition = int(source.rsplit("/", 1)[1])
        return ([r for t in self.transactions for r in t.records.get(partition, [])],
                [text for t in self.transactions for _, text in t.lines.get(source, [])])

    def segment(self, source: str, epoch: int):
        """The last segment of the partition with this epoch, and all that was written under it."""
        found, written, partition = None, None, int(source.rsplit("/", 1)[1])
        for transaction in self.transactions:
            if source in transaction.segments:
                written = None
                if transaction.segments[source]["epoch"] == epoch:
                    found, written = transaction.segments[source], ([], [])
                    result = written
            if written is not None:
                written[0].extend(transaction.records.get(partition, []))
                written[1].extend(transaction.lines.get(source, []))
        return (found, *result) if found else None
