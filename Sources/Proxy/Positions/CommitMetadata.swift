import Records

/// What is committed beside an offset: whose segment it ends, under which plan, and what was emitted of
/// a window that starts there. One line of words, as Kafka stores text:
///
/// `kerfuffle/1 recording=… epoch=3 plan=…` and, inside a window, ` through=1206 emitted=4`.
public struct CommitMetadata: Hashable, Sendable {
    static let marker = "kerfuffle/1"

    public var recording: String
    public var epoch: Int64
    /// The plan's digest.
    public var plan: String
    /// The last offset of the window that starts at the position, and how many of its deliveries were
    /// emitted; nil where the position is between windows.
    public var part: Part?

    public struct Part: Hashable, Sendable {
        public var through: Offset
        public var emitted: Int64

        public init(through: Offset, emitted: Int64) {
            self.through = through
            self.emitted = emitted
        }
    }

    public init(recording: String, epoch: Int64, plan: String, part: Part? = nil) {
        self.recording = recording
        self.epoch = epoch
        self.plan = plan
        self.part = part
    }

    public var text: String {
        let words = "\(Self.marker) recording=\(recording) epoch=\(epoch) plan=\(plan)"
        return part.map { "\(words) through=\($0.through) emitted=\($0.emitted)" } ?? words
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
            let epoch = values["epoch"].flatMap({ Int64($0) })
        else { return nil }
        self.recording = String(recording)
        self.epoch = epoch
        self.plan = String(plan)
        if let through = values["through"] {
            guard let through = Offset(through),
                let emitted = values["emitted"].flatMap({ Int64($0) })
            else { return nil }
            part = Part(through: through, emitted: emitted)
        }
    }
}
