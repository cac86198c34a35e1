#!/usr/bin/env python3
"""The function of docs/determinism.md a second time: log, plan, first positions and closings in, windows,
deliveries and schedule lines out. Written from that document, slow and plain on purpose, and without
anything but Python's standard library. The tests hold the Swift engine against it.

    kerfuffle_reference.py [--plan PLAN.json] [--print windows,deliveries,lines] < input > output
    kerfuffle_reference.py --vectors > the test vectors of docs/determinism.md

Input: JSON lines.
    {"plan": {...}}                       a resolved plan; what follows is read anew. The first line of a
                                          schedule ({"kerfuffle": "schedule", ..., "plan": {...}}) will do
    {"start": "orders/3@1200"}            where a partition begins; without it at its first record
    {"window": "orders/3@1200", "through": "orders/3@1206", "closed": "maxWait"}     a closing
    {"record": "orders/3@1200", "timestamp_ms": 5, "key": "6b", "value": "7b7d", "headers": [["61", null]]}
Keys, values, header names and header values are hexadecimal or null; what is absent is null, no header,
and no timestamp. A window that the input leaves open is closed at its last record, as by --until-end.

Output, partition by partition: what --print names (all by default).
    {"formed": "orders/3@1200", "records": 27}
    {"out": "orders/3@1204", "copy": 0, "delay_us": 0}     and "value" where it was changed
    {"in": "orders/3@1204", "op": "drop", "by": "lossy"}   lines as the schedule has them
"""
import argparse
import hashlib
import json
import math
import re
import struct
import sys

MASK32, MASK64 = (1 << 32) - 1, (1 << 64) - 1
LONGEST_US = 86_400_000_000_000

# ---- draws ----------------------------------------------------------------------------------------


def digest(*fields):
    """SHA-256 of netstrings."""
    raw = [field.encode() for field in ("kerfuffle-1",) + fields]
    return hashlib.sha256(b"".join(b"%d:%s," % (len(r), r) for r in raw)).digest()


def philox(counter, key):
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        left, right = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = (right >> 32) ^ c1 ^ k0, right & MASK32, (left >> 32) ^ c3 ^ k1, left & MASK32
        k0, k1 = (k0 + 0x9E3779B9) & MASK32, (k1 + 0xBB67AE85) & MASK32
    return c0, c1, c2, c3


class Draws:
    """Words at one position of a stream: the first from a block that four positions share."""

    def __init__(self, key, position, copy=0):
        self.key, self.position, self.copy, self.block = key, position & MASK64, copy & MASK32, 1
        self.words = [self.philox(self.position >> 2, 0)[self.position & 3]]

    def philox(self, position, block):
        return philox((position & MASK32, position >> 32, block, self.copy), self.key)

    def next32(self):
        if not self.words:
            self.words, self.block = list(self.philox(self.position, self.block)), self.block + 1
        return self.words.pop(0)

    def next64(self):
        low = self.next32()
        return low | self.next32() << 32

    def below(self, bound):
        """Lemire: the high half of word x bound; words whose low half is under 2^bits mod bound go."""
        bits, draw = (32, self.next32) if bound <= MASK32 else (64, self.next64)
        while True:
            product = draw() * bound
            if product & ((1 << bits) - 1) >= (1 << bits) % bound:
                return product >> bits

    def hits(self, ratio):
        numerator, denominator = ratio
        if numerator == 0 or numerator >= denominator:
            return numerator > 0
        return self.below(denominator) < numerator


class Stream:
    def __init__(self, seed, purpose, topic, partition):
        raw = digest(seed, purpose, topic, str(partition))
        self.key = int.from_bytes(raw[:4], "little"), int.from_bytes(raw[4:8], "little")

    def at(self, position, copy=0):
        return Draws(self.key, position, copy)


def siphash(text, k0, k1):
    """SipHash-2-4."""

    def rounds(count):
        nonlocal v0, v1, v2, v3
        for _ in range(count):
            v0 = (v0 + v1) & MASK64
            v1 = rotate(v1, 13) ^ v0
            v0 = rotate(v0, 32)
            v2 = (v2 + v3) & MASK64
            v3 = rotate(v3, 16) ^ v2
            v0 = (v0 + v3) & MASK64
            v3 = rotate(v3, 21) ^ v0
            v2 = (v2 + v1) & MASK64
            v1 = rotate(v1, 17) ^ v2
            v2 = rotate(v2, 32)

    def rotate(word, by):
        return (word << by | word >> 64 - by) & MASK64

    v0, v1, v2, v3 = (a ^ b for a, b in zip(
        (k0, k1, k0, k1), (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)))
    padded = text + bytes(7 - len(text) % 8) + bytes([len(text) & 0xFF])
    for start in range(0, len(padded), 8):
        word = int.from_bytes(padded[start:start + 8], "little")
        v3 ^= word
        rounds(2)
        v0 ^= word
    v2 ^= 0xFF
    rounds(4)
    return v0 ^ v1 ^ v2 ^ v3


# ---- variates: IEEE 754 double operations in this order --------------------------------------------

LN2_HIGH, LN2_LOW = float.fromhex("0x1.62e42feep-1"), float.fromhex("0x1.a39ef35793c76p-33")
LN2, SQRT2 = float.fromhex("0x1.62e42fefa39efp-1"), float.fromhex("0x1.6a09e667f3bcdp+0")


def log(x):
    fraction, exponent = math.frexp(x)  # in [1/2, 1)
    mantissa, exponent = fraction * 2, exponent - 1
    if mantissa >= SQRT2:
        mantissa, exponent = mantissa / 2, exponent + 1
    s = (mantissa - 1) / (mantissa + 1)
    z = s * s
    series = 1.0 / 23
    for term in range(21, 0, -2):
        series = series * z
        series = series + 1.0 / term
    return float(exponent) * LN2_HIGH + (float(exponent) * LN2_LOW + 2 * s * series)


def exp(x):
    x = min(700.0, max(-700.0, x))
    k = math.floor(x / LN2 + 0.5)
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    series = 1.0
    for term in range(14, 0, -1):
        series = series * r
        series = series / term
        series = series + 1.0
    return series * 2.0 ** k


def uniform(draws):
    return ((draws.next64() >> 11) + 1) * 2.0 ** -53


def normal(draws):
    while True:
        u = uniform(draws) * 2 - 1
        v = uniform(draws) * 2 - 1
        s = u * u + v * v
        if 0 < s < 1:
            return u * math.sqrt(-2 * log(s) / s)


def nearest(value):
    return int(min(float(LONGEST_US), math.floor(value + 0.5)))


def delay_of(distribution, draws):
    kind, arguments = distribution
    if kind == "constant":
        return min(LONGEST_US, arguments[0])
    if kind == "uniform":
        low, high = arguments
        return min(LONGEST_US, low + draws.below(high - low + 1))
    if kind == "exponential":
        return nearest(float(arguments[0]) * -log(uniform(draws)))
    if kind == "lognormal":
        mean, (above, below) = arguments
        if mean == 0 or above == 0:
            return min(LONGEST_US, mean)
        variance = log(1 + float(above) / float(below))
        location = log(float(mean)) - variance / 2
        return nearest(exp(location + math.sqrt(variance) * normal(draws)))
    return min(LONGEST_US, arguments[draws.below(len(arguments))])


# ---- the resolved plan -----------------------------------------------------------------------------

UNITS = {"h": 3600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000, "ms": 1_000_000, "us": 1000, "ns": 1}


def microseconds(text):
    return sum(int(n) * UNITS[u] for n, u in re.findall(r"(\d+)([a-z]+)", text)) // 1000


def ratio(text):
    above, _, below = text.partition("/")
    if not below:
        whole, _, places = above.partition(".")
        above, below = whole + places, 10 ** len(places)
    above, below = int(above), int(below)
    divisor = math.gcd(above, below)
    return above // divisor, below // divisor


def span(text):
    low, high = text.split("..")
    return int(low), int(high)


def distribution(text):
    name, _, rest = text.partition("(")
    if not rest:
        return "constant", [microseconds(text)]
    parts = [part.strip() for part in rest[:-1].split(",")]
    if name == "uniform":
        return name, [microseconds(end) for end in parts[0].split("..")]
    if name == "lognormal":
        return name, [microseconds(parts[0]), ratio(parts[1])]
    return name, [microseconds(part) for part in parts]


def glob(pattern, text):
    """* any run of bytes, ? any one, \\ takes the next as it is."""
    parts, index = [], 0
    while index < len(pattern):
        byte = pattern[index:index + 1]
        if byte == b"\\" and index + 1 < len(pattern):
            index += 1
            parts.append(re.escape(pattern[index:index + 1]))
        else:
            parts.append({b"*": b".*", b"?": b"."}.get(byte, re.escape(byte)))
        index += 1
    return re.fullmatch(b"".join(parts), text, re.DOTALL) is not None


class Number(str):
    """The text of a number."""


def parse(raw):
    """A JSON document as the tests of `value` see it; ValueError where it is none."""

    def members(pairs):
        if len({name for name, _ in pairs}) < len(pairs):
            raise ValueError("a member twice")
        return dict(pairs)

    def refuse(name):
        raise ValueError(name)

    text = raw.decode()  # UnicodeDecodeError is a ValueError
    document = json.loads(
        text, object_pairs_hook=members, parse_int=Number, parse_float=Number, parse_constant=refuse)
    check(document, 0)
    return document


def check(value, depth):
    if depth > 200:
        raise ValueError("more than 200 levels")
    if isinstance(value, str):
        value.encode()  # half a surrogate pair is a UnicodeEncodeError, a ValueError
    for inner in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        check(inner, depth + 1)
    if isinstance(value, dict):
        for name in value:
            name.encode()


def exact(number):
    """Sign, digits and power of ten; texts of equal value give equal tuples."""
    sign, whole, places, exponent = re.fullmatch(r"(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?", number).groups()
    digits, places = (whole + (places or "")).lstrip("0"), len(places or "")
    if len(exponent or "") > 18:
        return float("nan")  # equal to nothing
    stripped = digits.rstrip("0")
    if not stripped:
        return "", "", 0
    return sign, stripped, int(exponent or 0) - places + len(digits) - len(stripped)


def value_at(path, document):
    steps = re.findall(r"\.([^.\[]+)|\['((?:\\.|[^'])*)'\]|\[\"((?:\\.|[^\"])*)\"\]|\[(-?\d+)\]", path[1:], re.S)
    for plain, single, double, index in steps:
        if index:
            index = int(index)
            if not isinstance(document, list) or not -len(document) <= index < len(document):
                return False, None
            document = document[index]
        else:
            name = plain or re.sub(r"\\(.)", r"\1", single or double, flags=re.S)
            if not isinstance(document, dict) or name not in document:
                return False, None
            document = document[name]
    return True, document


class Record:
    def __init__(self, offset, line):
        def raw(text):
            return None if text is None else bytes.fromhex(text)

        self.offset, self.timestamp_ms = offset, line.get("timestamp_ms")
        self.key, self.value = raw(line.get("key")), raw(line.get("value"))
        self.headers = [(raw(name), raw(value)) for name, value in line.get("headers", [])]
        self.payload = sum(
            len(part or b"")
            for part in [self.key, self.value] + [part for header in self.headers for part in header])


class Rule:
    """One rule in one partition."""

    def __init__(self, index, rule, seed, topic, partition):
        self.index, self.name, self.where = index, rule["name"], rule.get("where", {})
        self.kind = next(k for k in ("order", "drop", "duplicate", "delay", "corrupt") if k in rule)
        self.what = rule[self.kind]
        self.stream = Stream(seed, "rule/" + self.name, topic, partition)
        purpose = "share/" + self.name
        raw = digest(seed, purpose)
        self.share_key = int.from_bytes(raw[:8], "little"), int.from_bytes(raw[8:16], "little")
        self.share_stream = Stream(seed, purpose, topic, partition)

    def admits(self, topic, partition):
        if "topic" in self.where and not any(glob(p.encode(), topic.encode()) for p in self.where["topic"]):
            return False
        low, high = span(self.where.get("partition", "0..%d" % MASK32))
        return low <= partition <= high

    def matches(self, record):
        where = self.where
        if "key" in where:
            pattern = where["key"]
            if pattern is None or record.key is None:
                if pattern is not record.key:
                    return False
            elif not glob(pattern.encode(), record.key):
                return False
        if "offset" in where:
            low, high = span(where["offset"])
            if not low <= record.offset <= high:
                return False
        if "every" in where and record.offset % where["every"]["modulus"] != where["every"]["remainder"]:
            return False
        if "share" in where and not self.shares(record, ratio(where["share"])):
            return False
        if "header" in where and not any(self.is_header(n, v) for n, v in record.headers):
            return False
        return "value" not in where or self.is_value(record.value)

    def shares(self, record, share):
        if record.key is None:
            return self.share_stream.at(record.offset).hits(share)
        return siphash(record.key, *self.share_key) * share[1] >> 64 < share[0]

    def is_header(self, name, value):
        wanted = self.where["header"]
        if name != wanted["name"].encode():
            return False
        return "value" not in wanted or (value is not None and glob(wanted["value"].encode(), value))

    def is_value(self, raw):
        wanted = self.where["value"]
        if raw is None:
            return False
        try:
            found, value = value_at(wanted["path"], parse(raw))
        except (ValueError, RecursionError):
            return False
        if not found:
            return False
        if "equals" in wanted:
            expected = wanted["equals"]
            if isinstance(expected, Number) and isinstance(value, Number):
                return exact(expected) == exact(value)
            return type(expected) is type(value) and expected == value
        if "glob" in wanted:
            return isinstance(value, str) and glob(wanted["glob"].encode(), value.encode())
        return True


# ---- one window --------------------------------------------------------------------------------------


class Delivery:
    def __init__(self, slot, copy, by, value):
        self.slot, self.copy, self.by, self.value = slot, copy, by, value
        self.delay_us, self.delayed_by, self.changes = 0, None, []


def shuffle(items, draws):
    for last in range(len(items) - 1, 0, -1):
        other = draws.below(last + 1)
        items[last], items[other] = items[other], items[last]


def rearrange(items, rule, records, start):
    """The items (slots, rising) in the rule's order."""
    order = rule.what
    if order == "none":
        return items
    if order == "shuffle":
        items = items[:]
        shuffle(items, rule.stream.at(start))
        return items
    if order == "perKey":
        def group(slot):
            return (slot,) if records[slot].key is None else records[slot].key

        turns = list(range(len(items)))
        shuffle(turns, rule.stream.at(start))
        queues = {}
        for slot in items:
            queues.setdefault(group(slot), []).append(slot)
        return [queues[group(items[turn])].pop(0) for turn in turns]
    if "displacement" in order:
        due = [i + rule.stream.at(records[slot].offset).below(order["displacement"] + 1)
               for i, slot in enumerate(items)]
        return [items[i] for i in sorted(range(len(items)), key=lambda i: (due[i], -i))]
    due, base = [], 0
    for index, slot in enumerate(items):
        if "spacing" in order:
            base = index * microseconds(order["spacing"])
        elif records[slot].timestamp_ms is not None:
            base = records[slot].timestamp_ms * 1000
        due.append(base + delay_of(distribution(order["byDelay"]), rule.stream.at(records[slot].offset)))
    return [items[i] for i in sorted(range(len(items)), key=lambda i: (due[i], i))]


def perturb(records, start, rules):
    """Who dropped each slot, and the deliveries."""
    def of_kind(kind):
        return [rule for rule in rules if rule.kind == kind]

    dropped = {}
    for slot, record in enumerate(records):
        for rule in of_kind("drop"):
            if rule.matches(record) and rule.stream.at(record.offset).hits(ratio(rule.what)):
                dropped[slot] = rule
                break
    survivors = [slot for slot in range(len(records)) if slot not in dropped]

    # Orders, each among the places of the records that it is the first to match.
    claimed, moved_by, mover = set(), {}, None
    for rule in of_kind("order"):
        places = [p for p, slot in enumerate(survivors) if slot not in claimed and rule.matches(records[slot])]
        items = [survivors[p] for p in places]
        claimed.update(items)
        if rule.what != "none":
            moved_by.update((slot, rule) for slot in items)
        arranged = rearrange(items, rule, records, start)
        for place, slot in zip(places, arranged):
            survivors[place] = slot
        if mover is None and arranged != items:
            mover = rule

    # Copies: behind their original, or in a gap of the permuted window (0 is its front).
    numbers, behind, gaps = {}, {}, {}
    for slot in sorted(survivors):
        for rule in of_kind("duplicate"):
            draws = rule.stream.at(records[slot].offset)
            if not rule.matches(records[slot]) or not draws.hits(ratio(rule.what["probability"])):
                continue
            fewest, most = span(rule.what["copies"])
            count = fewest if fewest == most else fewest + draws.below(most - fewest + 1)
            for _ in range(count):
                numbers[slot] = numbers.get(slot, 0) + 1
                copy = Delivery(slot, numbers[slot], rule, records[slot].value)
                if rule.what["place"] == "adjacent":
                    behind.setdefault(slot, []).append(copy)
                else:
                    gaps.setdefault(draws.below(len(survivors) + 1), []).append(copy)
    deliveries = gaps.get(0, [])[:]
    for place, slot in enumerate(survivors):
        deliveries.append(Delivery(slot, 0, moved_by.get(slot, mover), records[slot].value))
        deliveries += behind.get(slot, []) + gaps.get(place + 1, [])

    for rule in rules:
        for delivery in deliveries if rule.kind in ("delay", "corrupt") else ():
            record = records[delivery.slot]
            if not rule.matches(record):
                continue
            draws = rule.stream.at(record.offset, delivery.copy)
            if rule.kind == "delay":
                delay(delivery, rule, draws)
            else:
                corrupt(delivery, rule, draws)
    return dropped, deliveries


def delay(delivery, rule, draws):
    if not draws.hits(ratio(rule.what["probability"])):
        return
    more = delay_of(distribution(rule.what["time"]), draws)
    if more > 0:
        delivery.delay_us = min(LONGEST_US, delivery.delay_us + more)
        delivery.delayed_by = delivery.delayed_by or rule


def corrupt(delivery, rule, draws):
    (kind, share), value = *rule.what.items(), delivery.value
    if not draws.hits(ratio(share)) or value is None or (kind != "null" and not value):
        return
    if kind == "null":
        delivery.value, change = None, '"null":true'
    elif kind == "truncate":
        kept = draws.below(len(value))
        delivery.value, change = value[:kept], '"to_bytes":%d' % kept
    else:
        bit = draws.below(len(value) * 8)
        flipped = bytearray(value)
        flipped[bit // 8] ^= 1 << bit % 8
        delivery.value, change = bytes(flipped), '"flip_bit":%d' % bit
    delivery.changes.append((rule, change))


# ---- the canonical form --------------------------------------------------------------------------------


def unmoved(slots):
    """The lexicographically smallest longest increasing subsequence, by tables."""
    longest = [1] * len(slots)  # of those that begin here
    for i in range(len(slots) - 1, -1, -1):
        longest[i] += max((longest[j] for j in range(i + 1, len(slots)) if slots[j] > slots[i]), default=0)
    chosen, last, position = [], -1, 0
    for length in range(max(longest, default=0), 0, -1):
        slot, position = min(
            (slots[i], i) for i in range(position, len(slots)) if longest[i] == length and slots[i] > last)
        chosen.append(slot)
        last, position = slot, position + 1
    return set(chosen)


def quoted(text):
    escape = re.compile("[\"\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
    return '"%s"' % escape.sub(
        lambda m: "\\" + m[0] if m[0] in '"\\' else "\\u%04x" % ord(m[0]), text)


def lines(source, records, dropped, deliveries):
    def line(slot, rest, rule):
        by = ',"by":' + quoted(rule.name) if rule else ""
        return '{"in":%s,%s%s}' % (quoted("%s@%d" % (source, records[slot].offset)), rest, by)

    first = [((slot, -1, 0), line(slot, '"op":"drop"', rule)) for slot, rule in dropped.items()]
    for d in deliveries:
        for rule, change in d.changes:
            first.append(((d.slot, d.copy, 0), line(d.slot, '"op":"corrupt","copy":%d,%s' % (d.copy, change), rule)))
        if d.delay_us:
            text = '"op":"delay","copy":%d,"delay_us":%d' % (d.copy, d.delay_us)
            first.append(((d.slot, d.copy, 1), line(d.slot, text, d.delayed_by)))
    result = [text for _, text in sorted(first, key=lambda entry: entry[0])]

    staying = unmoved([d.slot for d in deliveries if d.copy == 0])
    gap = '"before":%s' % quoted("%s@%d" % (source, records[0].offset)) if records else ""
    previous = None
    for d in deliveries:
        if d.copy == 0 and d.slot in staying:
            gap = '"after":%s' % quoted("%s@%d" % (source, records[d.slot].offset))
        elif d.copy == 0:
            result.append(line(d.slot, '"op":"move",' + gap, d.by))
        else:
            attached = previous is not None and (previous.slot, previous.copy) == (d.slot, d.copy - 1)
            result.append(line(d.slot, '"op":"duplicate","copy":%d%s' % (d.copy, "" if attached else "," + gap), d.by))
        previous = d
    return result


# ---- the log ---------------------------------------------------------------------------------------------


class Partition:
    def __init__(self, source):
        self.source, self.start, self.records, self.closings = source, None, [], {}

    def windows(self, plan, stream):
        """Start, records, and the line of the closing where there is one."""
        fewest, most = span(plan["window"]["records"])
        start = self.records[0].offset if self.start is None and self.records else self.start
        records = [record for record in self.records if record.offset >= start] if self.records else []
        while records:
            length = fewest + stream.at(start).below(most - fewest + 1)
            through, reason = self.closings.get(start, (None, None))
            taken, payload = [], 0
            for record in records:
                if len(taken) == length or (through is not None and record.offset > through):
                    break
                if taken and payload + record.payload > int(plan["window"]["bytes"]):
                    break
                taken.append(record)
                payload += record.payload
            is_full = len(taken) == length or (len(taken) < len(records) and (
                through is None or records[len(taken)].offset <= through))
            if not is_full and through is None:
                through, reason = taken[-1].offset, "untilEnd"
            closing = None
            if not is_full:
                closing = '{"window":%s,"through":%s,"closed":%s}' % tuple(map(quoted, (
                    "%s@%d" % (self.source, start), "%s@%d" % (self.source, through), reason)))
            if taken:
                yield start, taken, closing
            records = records[len(taken):]
            start = taken[-1].offset + 1 if is_full else through + 1


def place(text):
    source, _, offset = text.rpartition("@")
    return source, int(offset)


def run(plan, partitions, shown, out):
    for source in sorted(partitions, key=lambda s: (s.rpartition("/")[0].encode(), int(s.rpartition("/")[2]))):
        topic, _, number = source.rpartition("/")
        rules = [Rule(i, rule, plan["seed"], topic, int(number)) for i, rule in enumerate(plan["rules"])]
        rules = [rule for rule in rules if rule.admits(topic, int(number))]
        lengths = Stream(plan["seed"], "window", topic, int(number))
        for start, records, closing in partitions[source].windows(plan, lengths):
            dropped, deliveries = perturb(records, start, rules)
            if "windows" in shown:
                out.write('{"formed":%s,"records":%d}\n' % (quoted("%s@%d" % (source, start)), len(records)))
            for d in deliveries if "deliveries" in shown else ():
                value = "" if not d.changes else ',"value":' + (
                    "null" if d.value is None else '"%s"' % d.value.hex())
                out.write('{"out":%s,"copy":%d,"delay_us":%d%s}\n' % (
                    quoted("%s@%d" % (source, records[d.slot].offset)), d.copy, d.delay_us, value))
            if "lines" in shown:
                out.write("".join(text + "\n" for text in lines(source, records, dropped, deliveries)))
                out.write(closing + "\n" if closing else "")


def integers(plan):
    """The plan's own numbers as integers; those of `equals` stay texts."""
    for rule in plan["rules"]:
        every, order = rule.get("where", {}).get("every"), rule.get("order")
        if every:
            rule["where"]["every"] = {name: int(number) for name, number in every.items()}
        if isinstance(order, dict) and "displacement" in order:
            order["displacement"] = int(order["displacement"])
    return plan


def bits(number):
    return struct.pack(">d", number).hex()


def vectors():
    """Values at every step, for who writes this a third time."""
    window = Stream("shadow-seed", "window", "orders", 3)
    rule = Stream("", "rule/\u00e9 \"1\"", "a/b", 0)
    for name, stream in ("window", window), ("rule", rule):
        yield {"stream": name, "key": "%08x %08x" % stream.key}
    for stream, position, copy in (window, 0, 0), (window, 1201, 0), (rule, -1, 2), (rule, 1 << 62, 0):
        draws = stream.at(position, copy)
        words = " ".join("%08x" % draws.next32() for _ in range(6))
        yield {"stream": "window" if stream is window else "rule", "position": position, "copy": copy, "words": words}
    for bound in 1, 2, 46, 1 << 31, MASK32, 1 << 32, (1 << 63) + 1:
        draws = rule.at(5)
        yield {"bound": bound, "below": [draws.below(bound) for _ in range(4)]}
    share = digest("shadow-seed", "share/some")
    key = int.from_bytes(share[:8], "little"), int.from_bytes(share[8:16], "little")
    for text in "", "customer-17", "a key of sixteen.":
        yield {"key": text, "siphash": "%016x" % siphash(text.encode(), *key)}
    for x in 2.0 ** -53, 0.1, 0.7071067811865475, 0.7071067811865476, 1 - 2.0 ** -53, 1.0, 2.0, 20000.0, 1e300:
        yield {"x": bits(x), "log": bits(log(x))}
    for x in -1000.0, -1.5, -1e-9, 0.0, 0.34657359027997264, 1.0, 9.903487552536127, 700.0:
        yield {"x": bits(x), "exp": bits(exp(x))}
    for position in 0, 1, 2, 1000:
        yield {"position": position, "exponential": bits(-log(uniform(rule.at(position)))),
               "normal": bits(normal(rule.at(position)))}
    for text in "5ms", "uniform(1ms..5ms)", "exponential(20ms)", "lognormal(20ms, 0.5)", "empirical(1ms, 2ms, 9ms)":
        yield {"time": text, "delays_us": [delay_of(distribution(text), rule.at(position)) for position in range(6)]}
    yield {"windows": [5 + window.at(start).below(46) for start in range(0, 40, 4)]}


def main():
    arguments = argparse.ArgumentParser(description="The reference of docs/determinism.md.")
    arguments.add_argument("--plan", help="file of a resolved plan, as JSON")
    arguments.add_argument("--print", default="windows,deliveries,lines", dest="shown")
    arguments.add_argument("--vectors", action="store_true", help="print test vectors")
    options = arguments.parse_args()
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", newline="\n", closefd=False)
    if options.vectors:
        out.write("".join(json.dumps(vector, ensure_ascii=False) + "\n" for vector in vectors()))
        out.flush()
        return
    plan, partitions = None, {}
    if options.plan:
        with open(options.plan, "rb") as file:
            plan = integers(parse(file.read()))
    for raw in sys.stdin.buffer:
        line = parse(raw)
        if "plan" in line:
            if plan:
                run(plan, partitions, options.shown.split(","), out)
            plan, partitions = integers(line["plan"]), {}
            continue
        source, offset = place(line.get("record") or line.get("start") or line["window"])
        partition = partitions.setdefault(source, Partition(source))
        if "record" in line:
            if line.get("timestamp_ms") is not None:
                line["timestamp_ms"] = int(line["timestamp_ms"])
            partition.records.append(Record(offset, line))
        elif "start" in line:
            partition.start = offset
        else:
            partition.closings[offset] = place(line["through"])[1], line["closed"]
    if plan:
        run(plan, partitions, options.shown.split(","), out)
    out.flush()


if __name__ == "__main__":
    main()
