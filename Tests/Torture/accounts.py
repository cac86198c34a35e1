"""Do all files of all instances together account for every record once? Follows the chain of segments
as docs/architecture.md has it, from the group's positions back to the first one."""

import re

from confluent_kafka import Consumer, TopicPartition
from files import Pair
from oracle import Wrong


METADATA = re.compile(
    rb"kerfuffle/1 recording=(\S+) epoch=(\d+) plan=[0-9a-f]+(?: through=\d+ emitted=(\d+))?")


def metadata(position) -> bytes:
    """2.16.1 of confluent-kafka takes it to end at the first zero, which is not sent: what follows in
    memory comes along, and may be no text."""
    try:
        return position.metadata.encode()
    except UnicodeDecodeError as error:
        return error.object


def committed(brokers: str, group: str, topic: str, partitions: int) -> dict:
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": group,
                         "isolation.level": "read_committed"})
    positions = {}
    for found in consumer.committed(
            [TopicPartition(topic, p) for p in range(partitions)], timeout=120):
        if found.error:
            raise Wrong(f"{topic}/{found.partition}: {found.error}")
        if found.offset >= 0:
            words = METADATA.match(metadata(found))
            if not words:
                raise Wrong(f"{topic}/{found.partition}: a position with {metadata(found)}")
            positions[found.partition] = (
                words[1].decode(), int(words[2]), found.offset, int(words[3] or 0))
    consumer.close()
    return positions


def chain(pairs: dict, source: str, position: tuple) -> tuple:
    """Live stretches (records, lines) of a partition, oldest first, and the offset in front of which
    retention has removed everything."""
    recording, epoch, end, emitted = position
    if emitted:
        raise Wrong(f"{source}: the group stands inside of a window at the end")
    stretches = []
    while True:
        if recording in pairs and pairs[recording].is_removed:
            return stretches[::-1], end
        found = pairs[recording].segment(source, epoch) if recording in pairs else None
        if not found:
            raise Wrong(f"{source}: epoch {epoch} of recording {recording} is in none of the files")
        segment, records, lines = found
        start = segment["start"]
        stretches.append(([r for r in records if start <= r[0] < end],
                          [text for offset, text in lines if start <= offset < end]))
        parent = segment.get("parent")
        if not parent:
            return stretches[::-1], 0
        if parent["epoch"] >= epoch:
            raise Wrong(f"{source}: epoch {epoch} has epoch {parent['epoch']} as parent")
        recording, epoch, end = parent["recording"], parent["epoch"], start


def check(files: list, positions: dict, topic: str, read: list, windows: list) -> dict:
    """`read` are the input's records, `windows` what the reference makes of them, by partition."""
    pairs = {}
    for recording, schedule in files:
        pair = Pair(recording, schedule)
        if pair.recording in pairs:
            raise Wrong(f"two files say they are recording {pair.recording}")
        pairs[pair.recording] = pair
    totals = {"segments": 0, "records": 0, "lines": 0, "removed": 0}
    for partition, wanted in enumerate(read):
        source = f"{topic}/{partition}"
        if partition not in positions:
            if wanted:
                raise Wrong(f"{source}: the group has no position")
            continue
        stretches, first = chain(pairs, source, positions[partition])
        have = [record for records, _ in stretches for record in records]
        said = [text for _, lines in stretches for text in lines]
        left = [record for record in wanted if record.offset >= first]
        hold(source, have, said, left, [w for w in windows[partition] if w.start >= first])
        totals["removed"] += len(wanted) - len(left)
        totals["segments"] += len(stretches)
        totals["records"] += len(have)
        totals["lines"] += len(said)
    return totals


def check_merged(pair: Pair, topic: str, read: list, windows: list):
    """What `merge` made of all files is what one undisturbed run would have written."""
    for partition, wanted in enumerate(read):
        source = f"{topic}/{partition}"
        hold(source, *pair.everything(source), wanted, windows[partition])


def hold(source: str, have: list, said: list, wanted: list, windows: list):
    """Each record once, as it was read, and the lines that the reference has."""
    want = [(r.offset, (r.key, r.value, r.headers, r.timestamp[1])) for r in wanted]
    right = [text for window in windows for text in window.lines]
    for what, found, due in ("record", have, want), ("line", said, right):
        if found != due:
            index = next((i for i, (f, d) in enumerate(zip(found, due)) if f != d),
                         min(len(found), len(due)))
            raise Wrong(f"{source}: {what} {index} of {len(found)} in the files is "
                        f"{found[index:index + 1]}, where {due[index:index + 1]} of {len(due)} is "
                        f"right")
