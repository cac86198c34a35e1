/// Headers that are added to what is sent, behind those that are there.
public struct Stamp: Hashable, Sendable {
    /// What a header says.
    public enum Part: String, Hashable, Sendable, CaseIterable {
        /// The plan's seed.
        case seed
        /// Of the record as it was read.
        case topic
        case partition
        case offset
        /// `true`: this is no production traffic.
        case shadow
    }

    /// In the order in which they are added; each once.
    public var parts: [Part]
    /// In front of each name.
    public var prefix: String

    public static let usualPrefix = "kerfuffle-"

    public init(_ parts: [Part] = Part.allCases, prefix: String = Stamp.usualPrefix) {
        self.parts = parts
        self.prefix = prefix
    }
}
