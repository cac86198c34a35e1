import KafkaClient
import Perturbation
import Records

/// What is committed beside an offset: whose segment it ends, under which plan, and what was emitted of
/// a window that starts there. One line of words, as Kafka stores text:
///
/// `kerfuffle/1 recording=… epoch=3 plan=…` and, inside a window, ` through=1206 emitted=4`, with
/// ` closed=maxWait` where a clock had closed that window. Between them ` last=1199@1700000000000` is the
/// last record in front of the position, offset and timestamp, where there was one. What was emitted
/// while no file could be written has ` unrecorded=1150 of=…@2`: from that offset on, behind epoch 2 of
/// that recording, nothing is in any file (`unrecorded=1150/4` inside a window of which 4 deliveries are).
/// Where what lies at the position was gone before it was read, ` lost=1299@latest` is the last such offset and
/// what the user had said is to be done then. ` partitions=8` is how many partitions the topic had when the
/// group began to read it: those behind them were added.
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
    /// The stretch up to the position that is in no file; nil where there is none.
    public var unrecorded: Unrecorded?
    /// From the position on, these offsets were gone; nil where none was.
    public var lost: Lost?
    /// How many partitions the topic had when the group began in it; nil where that is not known.
    public var partitions: Int?

    /// Offsets that were gone before they were read.
    public struct Lost: Hashable, Sendable {
        public var through: Offset
        public var policy: Loss.Policy

        public init(through: Offset, policy: Loss.Policy) {
            self.through = through
            self.policy = policy
        }
    }

    /// A stretch that was emitted without files.
    public struct Unrecorded: Hashable, Sendable {
        public var before: Segment.Unrecorded
        /// What is recorded in front of it; nil: nothing is.
        public var parent: Segment.Parent?

        public init(_ before: Segment.Unrecorded, parent: Segment.Parent?) {
            self.before = before
            self.parent = parent
        }
    }

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
        if let unrecorded {
            words += " unrecorded=\(unrecorded.before.start)"
            if unrecorded.before.emitted > 0 { words += "/\(unrecorded.before.emitted)" }
            if let parent = unrecorded.parent { words += " of=\(parent.recording)@\(parent.epoch)" }
        }
        if let lost { words += " lost=\(lost.through)@\(lost.policy.rawValue)" }
        if let partitions { words += " partitions=\(partitions)" }
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
        if let text = values["unrecorded"] {
            guard let stretch = Unrecorded(text, of: values["of"]) else { return nil }
            unrecorded = stretch
        }
        if let text = values["lost"] {
            guard let lost = Lost(text) else { return nil }
            self.lost = lost
        }
        if let text = values["partitions"] {
            guard let count = Int(text), count >= 0 else { return nil }
            partitions = count
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

extension CommitMetadata.Lost {
    fileprivate init?(_ text: Substring) {
        let words = text.split(separator: "@", maxSplits: 1)
        guard words.count == 2, let through = Offset(words[0]),
            let policy = Loss.Policy(rawValue: String(words[1]))
        else { return nil }
        self.init(through: through, policy: policy)
    }
}

extension CommitMetadata.Unrecorded {
    fileprivate init?(_ text: Substring, of owner: Substring?) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let start = Offset(numbers[0]), numbers.count <= 2 else { return nil }
        before = .init(start: start)
        if numbers.count == 2 {
            guard let emitted = Int64(numbers[1]), emitted > 0 else { return nil }
            before.emitted = emitted
        }
        guard let owner else { return }
        guard let at = owner.lastIndex(of: "@"), at > owner.startIndex,
            let epoch = Int64(owner[owner.index(after: at)...]), epoch > 0
        else { return nil }
        parent = .init(recording: String(owner[..<at]), epoch: epoch)
    }
}

extension CommitMetadata {
    /// Whether it can have been committed beside that position: what it says lies in front of it does,
    /// and a window that is emitted in part ends behind it.
    fileprivate func fits(_ offset: Offset) -> Bool {
        (last.map { $0.offset < offset } ?? true) && (part.map { $0.through >= offset } ?? true)
            && (unrecorded.map { $0.before.start <= offset } ?? true)
            && (lost.map { $0.through >= offset } ?? true)
    }

    /// How far files hold what was emitted up to a position, and whose they are; nil: no file has any.
    func recorded(
        upTo offset: Offset
    ) -> (owner: Segment.Parent?, offset: Offset, emitted: Int64) {
        if let unrecorded {
            return (unrecorded.parent, unrecorded.before.start, unrecorded.before.emitted)
        }
        return (.init(recording: recording, epoch: epoch), offset, part?.emitted ?? 0)
    }

    /// What was committed beside a position of a group.
    ///
    /// - Throws: `ProxyError.conflict` where another program, another version of this one, or somebody
    ///   by hand committed it.
    init(_ committed: CommittedPosition, of source: TopicPartition, group: String) throws {
        let position = "the position \(committed.offset) of group \(group) in \(source)"
        if let metadata = CommitMetadata(committed.metadata) {
            guard metadata.fits(committed.offset) else {
                throw ProxyError(
                    .conflict,
                    "\(position) was moved by hand, with what was committed beside another "
                        + "(\"\(committed.metadata)\"): put the position back, or take another group and "
                        + "new files")
            }
            self = metadata
            return
        }
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
