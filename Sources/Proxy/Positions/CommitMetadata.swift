import KafkaClient
import Perturbation
import Records

/// What is committed beside an offset: whose segment it ends, under which plan, and what was emitted of
/// a window that starts there. One line of words, as Kafka stores text:
///
/// `kerfuffle/1 recording=… epoch=3 plan=…` and, inside a window, ` through=1206 emitted=4`, with
/// ` closed=maxWait` where a clock had closed that window. Between them ` last=1199@1700000000000` is the
/// last record in front of the position, offset and timestamp, where there was one.
public struct CommitMetadata: Hashable, Sendable {
    static let program = "kerfuffle/"
    static let marker = "\(program)1"

    public var recording: String
    public var epoch: Int64
    /// The plan's digest.
    public var plan: String
    /// What was emitted of the window that starts at the position; nil where the position is between
    /// windows.
    public var part: Part?
    /// The last record in front of the position; nil where none was met.
    public var last: Last?

    /// A record as far as it tells one log from another: a topic that was made anew has a record of
    /// another time at that offset, or none.
    public struct Last: Hashable, Sendable {
        public var offset: Offset
        public var timestampMs: Int64

        public init(offset: Offset, timestampMs: Int64) {
            self.offset = offset
            self.timestampMs = timestampMs
        }
    }

    public struct Part: Hashable, Sendable {
        /// The window's last offset.
        public var through: Offset
        /// How many of its deliveries were emitted.
        public var emitted: Int64
        /// Why it ended there; nil where log and plan say so.
        public var closed: Closing.Reason?

        public init(through: Offset, emitted: Int64, closed: Closing.Reason? = nil) {
            self.through = through
            self.emitted = emitted
            self.closed = closed
        }
    }

    public init(
        recording: String, epoch: Int64, plan: String, part: Part? = nil, last: Last? = nil
    ) {
        self.recording = recording
        self.epoch = epoch
        self.plan = plan
        self.part = part
        self.last = last
    }

    public var text: String {
        var words = "\(Self.marker) recording=\(recording) epoch=\(epoch) plan=\(plan)"
        if let last { words += " last=\(last.offset)@\(last.timestampMs)" }
        guard let part else { return words }
        let closed = part.closed.map { " closed=\($0.rawValue)" } ?? ""
        return "\(words) through=\(part.through) emitted=\(part.emitted)\(closed)"
    }

    /// nil where the text is not of this form: somebody else committed it.
    public init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.first == Self.marker[...] else { return nil }
        var values: [Substring: Substring] = [:]
        for word in words.dropFirst() {
            guard let equals = word.firstIndex(of: "=") else { return nil }
            values[word[..<equals]] = word[word.index(after: equals)...]
        }
        guard let recording = values["recording"], let plan = values["plan"],
            let epoch = values["epoch"].flatMap({ Int64($0) }), epoch > 0, epoch < .max
        else { return nil }
        self.recording = String(recording)
        self.epoch = epoch
        self.plan = String(plan)
        if let text = values["last"] {
            let numbers = text.split(separator: "@", maxSplits: 1)
            guard numbers.count == 2, let offset = Offset(numbers[0]), let time = Int64(numbers[1])
            else { return nil }
            last = Last(offset: offset, timestampMs: time)
        }
        guard let through = values["through"] else { return }
        guard let through = Offset(through),
            let emitted = values["emitted"].flatMap({ Int64($0) }), emitted > 0
        else { return nil }
        part = Part(through: through, emitted: emitted)
        if let closed = values["closed"] {
            guard let reason = Closing.Reason(rawValue: String(closed)) else { return nil }
            part?.closed = reason
        }
    }
}

extension CommitMetadata {
    /// What was committed beside a position of a group.
    ///
    /// - Throws: `ProxyError.conflict` where another program, another version of this one, or somebody
    ///   by hand committed it.
    init(_ committed: CommittedPosition, of source: TopicPartition, group: String) throws {
        if let metadata = CommitMetadata(committed.metadata) {
            self = metadata
            return
        }
        let position = "the position \(committed.offset) of group \(group) in \(source)"
        let word = committed.metadata.prefix { $0 != " " }
        if word.hasPrefix(Self.program), word != Self.marker {
            throw ProxyError(
                .conflict,
                "\(position) was committed by another version of Kerfuffle (\"\(word)\"; this one "
                    + "reads \"\(Self.marker)\"): go on with the version that committed it, or take "
                    + "another group and new files")
        }
        throw ProxyError(
            .conflict,
            "\(position) was not committed by this program: the group is another program's, or its "
                + "position was moved by hand; take another group and new files, or put the position "
                + "back")
    }
}
