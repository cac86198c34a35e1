/// Keys and values in the order in which a file has them.
///
/// The format's maps are lists of pairs; keeping their order keeps a file's bytes a function of what
/// was written. A repeated key is kept as it is read; the subscript answers with its first value.
public struct StringMap: Equatable, Sendable {
    public struct Entry: Equatable, Sendable {
        public var key: String
        public var value: String
    }

    public private(set) var entries: [Entry] = []

    public init() {}

    public init(_ pairs: some Sequence<(String, String)>) {
        entries = pairs.map { Entry(key: $0.0, value: $0.1) }
    }

    public subscript(key: String) -> String? {
        entries.first { $0.key == key }?.value
    }

    public mutating func append(_ key: String, _ value: String) {
        entries.append(Entry(key: key, value: value))
    }
}

extension StringMap: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}

extension StringMap: RandomAccessCollection {
    public var startIndex: Int { entries.startIndex }
    public var endIndex: Int { entries.endIndex }
    public subscript(position: Int) -> Entry { entries[position] }
}
