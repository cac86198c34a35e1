"""Reads an export as CSV and as NDJSON with Python's own modules and says whether they hold the same.

tables.py CSV NDJSON
"""

import base64
import csv
import json
import sys


def cell(kind, text):
    return {"null": lambda: None, "text": lambda: text, "base64": lambda: {"base64": text}}[kind]()


def value(marked):
    return base64.b64decode(marked["base64"]) if isinstance(marked, dict) else marked


with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file, strict=True))
with open(sys.argv[2], encoding="utf-8", newline="\n") as file:
    lines = [json.loads(line) for line in file]

assert len(rows) == len(lines), (len(rows), len(lines))
for row, line in zip(rows, lines):
    assert row["topic"] == line["topic"]
    for name in ["partition", "offset", "timestamp_ms", "leader_epoch"]:
        assert row[name] == str(line.get(name, "")), name
    for name in ["timestamp_type", "arrival"]:
        assert row[name] == line.get(name, ""), name
    for name in ["key", "value"]:
        one, other = value(cell(row[f"{name}_kind"], row[name])), value(line[name])
        # CSV has a mark for text with control characters too, which JSON escapes.
        if isinstance(one, bytes) and isinstance(other, str):
            other = other.encode()
        assert one == other, (name, one, other)
    assert json.loads(row["headers"]) == line["headers"]
print(len(rows), "records, the same in both")
