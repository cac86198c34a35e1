import Configuration
import Records

/// Which records a rule is for. Everything given must hold; nothing given holds for all.
/// Looks at the record as it arrived, never at what another rule did.
public struct Condition: Hashable, Sendable {
    /// Any of these matches the topic's name.
    public var topics: [Glob]?
    public var partitions: ClosedRange<Int>?
    public var key: KeyPattern?
    public var header: HeaderPattern?
    public var value: ValuePattern?
    public var offsets: ClosedRange<Offset>?
    /// Offsets that leave this remainder on division by the modulus.
    public var every: Every?
    /// This share of the keys, chosen by a keyed hash: a key is in or out as a whole. Null keys are
    /// chosen by offset.
    public var share: Ratio?

    public init() {}

    public enum KeyPattern: Hashable, Sendable {
        case null
        case glob(Glob)
    }

    /// Some header of that name (compared byte by byte) has a value that matches; nil: any value or null.
    public struct HeaderPattern: Hashable, Sendable {
        public var name: String
        public var value: Glob?

        public init(name: String, value: Glob?) {
            self.name = name
            self.value = value
        }
    }

    /// The value is JSON and has at this path: something, a given value, or text that matches.
    public struct ValuePattern: Hashable, Sendable {
        public enum Test: Hashable, Sendable {
            case present
            case equals(JSONValue)
            case glob(Glob)
        }

        public var path: JSONPath
        public var test: Test

        public init(path: JSONPath, test: Test) {
            self.path = path
            self.test = test
        }
    }

    public struct Every: Hashable, Sendable {
        public var modulus: Int64
        public var remainder: Int64

        public init(_ modulus: Int64, remainder: Int64 = 0) {
            self.modulus = modulus
            self.remainder = remainder
        }
    }
}

extension Condition {
    /// Whether any record of this partition can match.
    func admits(_ source: TopicPartition) -> Bool {
        if let topics, !topics.contains(where: { $0.matches(source.topic) }) { return false }
        if let partitions, !partitions.contains(Int(source.partition)) { return false }
        return true
    }

    /// Whether nothing has to be looked at but topic and partition.
    var isPerPartition: Bool {
        key == nil && header == nil && value == nil && offsets == nil && every == nil
            && share == nil
    }

    /// Whether the record matches in all but topic, partition and share.
    func matches(_ entry: RecordBlock.Entry, in bytes: UnsafeRawBufferPointer) -> Bool {
        if let offsets, !offsets.contains(entry.offset) { return false }
        if let every {
            let rest = entry.offset % every.modulus
            if (rest < 0 ? rest + every.modulus : rest) != every.remainder { return false }
        }
        if let key, !key.matches(entry.keyRange.map { bytes[$0] }) { return false }
        if let header, !header.matches(entry, in: bytes) { return false }
        if let value, !value.matches(entry.valueRange.map { bytes[$0] }) { return false }
        return true
    }
}

extension Condition.KeyPattern {
    func matches(_ key: Slice<UnsafeRawBufferPointer>?) -> Bool {
        switch (self, key) {
        case (.null, nil): true
        case (.glob(let glob), let key?): glob.matches(UnsafeRawBufferPointer(rebasing: key))
        default: false
        }
    }
}

extension Condition.HeaderPattern {
    func matches(_ entry: RecordBlock.Entry, in bytes: UnsafeRawBufferPointer) -> Bool {
        var found = false
        RecordBlock.forEachHeader(of: entry, in: bytes) { name, content in
            guard !found, name.elementsEqual(self.name.utf8) else { return }
            found = value.map { glob in content.map { glob.matches($0) } ?? false } ?? true
        }
        return found
    }
}

extension Condition.ValuePattern {
    func matches(_ value: Slice<UnsafeRawBufferPointer>?) -> Bool {
        guard let value,
            let document = try? JSONValue(parsing: UnsafeRawBufferPointer(rebasing: value)),
            let found = path.value(in: document)
        else { return false }
        switch (test, found) {
        case (.present, _): return true
        case (.equals(.number(let wanted)), .number(let text)):
            return JSONNumber(wanted).map { $0 == JSONNumber(text) } ?? false
        case (.equals(let wanted), _): return found == wanted
        case (.glob(let glob), .string(let text)): return glob.matches(text)
        case (.glob(let glob), .number(let text)): return glob.matches(text)
        case (.glob, _): return false
        }
    }
}
